// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/rate.h"
#include "base/result.h"
#include "base/time.h"
#include "transport/session/negotiation.h"
#include "transport/session/secure_path.h"
#include "transport/session/session_environment.h"
#include "transport/session/session_observer.h"
#include "transport/session/session_role.h"
#include "transport/session/session_stats.h"
#include "transport/tx/packetized_frame.h"

namespace continuo {

class ReceiveSide;
class RtcpRouter;
class RtcpSender;
class SendSide;

struct SessionConfig {
  SessionRole role = SessionRole::kServer;
  LocalDescription local;
  NegotiatedMedia media;
  DataRate video_rate;  // of the first rendition that it will be sent
};

// One endpoint's transport from ICE to frames, both ways: what negotiation agreed on, made to run.
// Owns its path (ICE, DTLS, SRTP), its receiving and its sending side and its RTCP, and only wires
// them together. Knows neither rooms nor codecs. Fed datagrams by SessionMux (in a client: by the
// socket) and frames by the room; feeds the DatagramSink and a SessionObserver. Sans-IO; one
// thread. Nothing that a stranger sends ends a session or moves it: only the peer's close_notify,
// 30 s without its consent (RFC 7675), 15 s without a handshake, or Close() do.
class Session final : private SecurePathObserver {
 public:
  static constexpr TimeDelta kHandshakeTimeout = TimeDelta::Seconds(15);

  // `environment` outlives the session, `observer` lives until OnClosed(). A client sends its first
  // packet at the first OnTimer(). Errors: kInternal, kResourceExhausted.
  static Result<std::unique_ptr<Session>> Create(SessionConfig config,
                                                 const SessionEnvironment& environment,
                                                 SessionObserver& observer, Timestamp now);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override;

  // `datagram` is opened in place.
  void OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now);
  // Before this time there is nothing to do, unless a datagram comes or something is sent.
  Timestamp NextDeadline() const;
  void OnTimer(Timestamp now);

  // Sends, as far as negotiated; does nothing before OnConnected() and after OnClosed().
  void SendVideo(const PacketizedFrameRef& frame, Timestamp now);
  // `rtp_timestamp` counts 48 kHz ticks of the room's clock; each session adds an offset of its
  // own.
  void SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now);
  // What SendVideo() gets next comes from another encoder: nothing is sent until its key frame.
  void SwitchRendition(DataRate video_rate);
  // Asks the peer for a key frame until one has arrived.
  void RequestKeyFrame(Timestamp now);
  // BYE and close_notify where connected, then OnClosed(kLocal); from inside a callback, at the end
  // of the call that it came from.
  void Close();

  bool connected() const { return path_->connected() && !closed_; }
  bool closed() const { return closed_; }
  const LocalDescription& local() const { return config_.local; }
  const NegotiatedMedia& media() const { return config_.media; }
  // Whether the peer has proved to be at this address.
  bool IsAt(const SocketAddress& address, Timestamp now) const {
    return path_->IsValidated(address, now);
  }
  std::optional<SocketAddress> peer_address() const { return path_->selected(); }
  // When the last authentic packet of any kind arrived.
  std::optional<Timestamp> last_activity() const { return path_->last_activity(); }
  SessionStats Stats() const;

 private:
  class Call;  // marks that a public call is under way

  Session(SessionConfig config, SessionObserver& observer, Timestamp now);

  void OnPathConnected(Timestamp now) override;
  void OnPathClosed() override;
  void OnRtp(const RtpPacket& packet, Timestamp now) override;
  void OnRtcp(ByteView compound, Timestamp now) override;

  Timestamp LivenessDeadline() const;
  void CloseNow(CloseReason reason);

  const SessionConfig config_;
  SessionObserver& observer_;
  SessionProbe* probe_ = nullptr;
  const Timestamp created_;
  // In the order of dependence: each uses those above it.
  std::unique_ptr<SecurePath> path_;
  std::unique_ptr<SendSide> send_;
  std::unique_ptr<RtcpSender> rtcp_sender_;
  std::unique_ptr<ReceiveSide> receive_;
  std::unique_ptr<RtcpRouter> rtcp_router_;
  int calls_ = 0;
  std::optional<CloseReason> close_pending_;
  bool closed_ = false;
};

}  // namespace continuo
