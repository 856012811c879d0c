// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "transport/dtls/dtls_transport.h"
#include "transport/rx/receive_arena.h"
#include "transport/session/negotiation.h"
#include "transport/session/session.h"
#include "transport/session/session_environment.h"
#include "transport/session/session_observer.h"
#include "transport/tx/packetizer.h"
#include "transport/udp/udp_socket.h"

namespace continuo {

// A participant of the bench: real ICE, DTLS and SRTP over a socket of its own, in H.264. Sends
// what it is given at once, unpaced, and says when something arrived. The event loop's thread.
class LatencyEndpoint final : private SessionObserver, private DatagramReceiver {
 public:
  enum class Direction : uint8_t { kSends, kListens };
  // What arrived whole; both may be empty.
  struct Events {
    std::function<void(const EncodedFrame&)> video;
    std::function<void(const AudioPacket&)> audio;
  };

  // `certificate` outlives it.
  static Result<std::unique_ptr<LatencyEndpoint>> Create(EventLoop& loop, Direction direction,
                                                         const Certificate& certificate,
                                                         Events events);
  ~LatencyEndpoint() override;

  const std::string& offer() const { return offer_; }
  Status Start(const std::string& answer);
  bool connected() const { return connected_; }

  // Done when its last packet is with the kernel.
  void SendVideo(const EncodedFrame& frame, Timestamp now);
  void SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now);
  // To be called at the end of each turn of the loop; returns when it is due again.
  Timestamp EndTurn(Timestamp now);

 private:
  LatencyEndpoint(EventLoop& loop, Direction direction, std::unique_ptr<UdpSocket> socket,
                  std::unique_ptr<DtlsContext> dtls, LocalDescription local, Events events);
  void OnDatagram(const SocketAddress& from, MutableBytes datagram) override;
  void OnConnected() override { connected_ = true; }
  void OnVideoFrame(const EncodedFrame& frame) override;
  void OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel> level) override;
  // The clips have one key frame, at their beginning.
  void OnKeyFrameRequested() override {}
  void OnClosed(CloseReason) override { connected_ = false; }

  EventLoop& loop_;
  const std::unique_ptr<UdpSocket> socket_;
  const std::unique_ptr<DtlsContext> dtls_;
  const LocalDescription local_;
  const Events events_;
  OfferParameters parameters_;
  std::string offer_;

  TransportProbe probe_;
  ReceiveArena arena_{4096};
  PacketizedFramePool pool_;
  const SessionEnvironment environment_;
  Packetizer packetizer_;
  std::unique_ptr<Session> session_;
  bool connected_ = false;
};

}  // namespace continuo
