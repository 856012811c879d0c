// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/join/clip.h"
#include "cli/join/recorder.h"
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

// A participant without a screen: real ICE, DTLS and SRTP as a client, clips played in a loop as
// camera and microphone, what comes back recorded. One thread, the event loop's.
class HeadlessEndpoint final : private SessionObserver, private DatagramReceiver {
 public:
  // What was seen at the end: for the person, and for load tests.
  struct Summary {
    bool connected = false;
    uint64_t video_frames = 0;
    uint64_t key_frames = 0;
    uint64_t audio_packets = 0;
    uint64_t packets_received = 0;
    uint64_t packets_lost = 0;
    std::optional<TimeDelta> connected_after;
    std::optional<TimeDelta> first_picture_after;
    std::optional<CloseReason> closed;
  };

  // Either clip may be missing: then only the other is sent. `recorder` may be null.
  HeadlessEndpoint(EventLoop& loop, std::unique_ptr<UdpSocket> socket,
                   std::unique_ptr<DtlsContext> dtls, std::optional<VideoClip> video,
                   std::optional<AudioClip> audio, Recorder* recorder);
  ~HeadlessEndpoint() override;

  // Begins the handshake; the loop's owner then runs the loop. `on_end` is called when the session
  // ends by itself.
  Status Start(const LocalDescription& local, NegotiatedMedia media, std::function<void()> on_end);
  // Says goodbye.
  void Stop();
  Summary summary() const;

 private:
  void OnDatagram(const SocketAddress& from, MutableBytes datagram) override;
  void OnConnected() override;
  void OnVideoFrame(const EncodedFrame& frame) override;
  void OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel> level) override;
  void OnKeyFrameRequested() override;
  void OnClosed(CloseReason reason) override;

  Timestamp EndTurn(Timestamp now);
  void SendVideo(Timestamp now);
  void SendAudio(Timestamp now);

  EventLoop& loop_;
  const std::unique_ptr<UdpSocket> socket_;
  const std::unique_ptr<DtlsContext> dtls_;
  const std::optional<VideoClip> video_;
  const std::optional<AudioClip> audio_;
  Recorder* const recorder_;

  TransportProbe probe_;
  ReceiveArena arena_{4096};
  PacketizedFramePool pool_;
  const SessionEnvironment environment_;
  std::optional<Packetizer> packetizer_;
  std::unique_ptr<Session> session_;
  std::function<void()> on_end_;

  Timestamp started_;
  bool connected_ = false;
  size_t next_frame_ = 0;
  bool key_frame_wanted_ = false;
  size_t next_payload_ = 0;
  Timestamp video_due_ = Timestamp::Infinite();
  Timestamp audio_due_ = Timestamp::Infinite();
  uint32_t audio_timestamp_ = 0;
  Summary summary_;
};

}  // namespace continuo
