// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "transport/dtls/dtls_transport.h"
#include "transport/ice/ice_agent.h"
#include "transport/session/negotiation.h"
#include "transport/session/session_environment.h"
#include "transport/session/session_role.h"
#include "transport/srtp/srtp_receiver.h"
#include "transport/srtp/srtp_sender.h"
#include "transport/tx/packet_sink.h"
#include "transport/udp/datagram_sink.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

// Hears what came over the path, authentic and in the clear, from inside OnDatagram().
class SecurePathObserver {
 public:
  virtual ~SecurePathObserver() = default;
  virtual void OnPathConnected(Timestamp now) = 0;
  virtual void OnPathClosed() = 0;  // the peer's close_notify
  virtual void OnRtp(const RtpPacket& packet, Timestamp now) = 0;
  virtual void OnRtcp(ByteView compound, Timestamp now) = 0;
};

// The encrypted way to one peer: ICE says where it is, DTLS proves who it is and yields the keys,
// SRTP seals and opens. Everything that is not STUN is dropped unless ICE has validated the address
// that it comes from; what fails its tag is counted and changes nothing. A DTLS association that
// fails is begun again, since anybody on the path may spoil one: the session's time limit ends
// that. Knows nothing of streams.
class SecurePath final : public PacketSink, private DtlsObserver {
 public:
  struct Totals {
    uint64_t packets_sent = 0;
    uint64_t bytes_sent = 0;
    uint64_t packets_received = 0;
    uint64_t bytes_received = 0;
    uint64_t bad_packets = 0;
  };

  // `environment` and `observer` outlive the path.
  static Result<std::unique_ptr<SecurePath>> Create(SessionRole role, const LocalDescription& local,
                                                    const NegotiatedMedia& media,
                                                    const SessionEnvironment& environment,
                                                    SecurePathObserver& observer);
  ~SecurePath() override;

  void OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now);
  void OnTimer(Timestamp now);
  Timestamp NextDeadline() const;

  // Dropped while there are no keys.
  void SendRtp(ByteView header, ByteView payload, Timestamp now) override;
  void SendRtcp(ByteView compound);
  enum class Farewell : uint8_t { kNone, kCloseNotify };
  // Nothing is sent or reported from then on. Whoever has lost the peer's consent says no farewell:
  // RFC 7675 §5.1.
  void Close(Farewell farewell);

  bool connected() const { return srtp_sender_.has_value() && !closed_; }
  bool IsValidated(const SocketAddress& address, Timestamp now) const {
    return ice_->IsValidated(address, now);
  }
  std::optional<SocketAddress> selected() const { return ice_->selected(); }
  std::optional<Timestamp> last_consent() const { return ice_->last_authenticated(); }
  std::optional<Timestamp> last_activity() const { return last_activity_; }
  const Totals& totals() const { return totals_; }

 private:
  SecurePath(SessionRole role, const Fingerprint& peer, const SessionEnvironment& environment,
             SecurePathObserver& observer);

  void OnDtlsDatagram(ByteView datagram) override;
  void OnDtlsConnected(SrtpKeys keys) override;
  void OnDtlsFailed(std::string_view reason) override;
  void OnDtlsClosed() override;

  Status BeginDtls();
  void RestartFailedDtls(Timestamp now);
  void OnStun(const SocketAddress& from, ByteView message, Timestamp now);
  void OnMedia(DatagramKind kind, MutableBytes packet, Timestamp now);

  const SessionRole role_;
  const Fingerprint peer_;
  const SessionEnvironment environment_;
  SecurePathObserver& observer_;
  std::unique_ptr<IceAgent> ice_;
  std::unique_ptr<DtlsTransport> dtls_;
  std::optional<SrtpReceiver> srtp_receiver_;
  std::optional<SrtpSender> srtp_sender_;
  Timestamp now_;  // of the call under way: DTLS reports without it
  std::optional<Timestamp> last_activity_;
  std::optional<Timestamp> restart_dtls_at_;
  bool dtls_started_ = false;
  bool closed_ = false;
  Totals totals_;
};

}  // namespace continuo
