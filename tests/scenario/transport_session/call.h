// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/init.h"
#include "tests/support/bitstream_samples.h"
#include "tests/support/openssl_clock.h"
#include "tests/support/simulated_network.h"
#include "transport/dtls/dtls_transport.h"
#include "transport/rx/receive_arena.h"
#include "transport/session/session.h"
#include "transport/tx/packetizer.h"

namespace continuo::test {

// One end of a call: a session, the datagrams it sends, and what its observer heard.
class Endpoint final : public SessionObserver, public DatagramSink {
 public:
  using Network = std::function<void(const SocketAddress& from, const SocketAddress& to, ByteView)>;

  Endpoint(SocketAddress at, VideoCodec codec, Network network)
      : address(at),
        samples_(codec, 7),
        packetizer_(codec, kMaxPayloadSize, pool_),
        network_(std::move(network)) {
    CONTINUO_CHECK(InitCrypto().has_value());
    auto made = Certificate::MakeForDtls(UnixSeconds());
    CONTINUO_CHECK(made.has_value());
    certificate_.emplace(std::move(*made));
    auto context = DtlsContext::Create(*certificate_);
    CONTINUO_CHECK(context.has_value());
    dtls_ = std::move(*context);
  }

  const Fingerprint& fingerprint() const { return certificate_->fingerprint(); }

  void Open(SessionRole role, LocalDescription local, NegotiatedMedia media, Timestamp now) {
    auto made = Session::Create({role, std::move(local), std::move(media), kRate},
                                {*dtls_, *this, arena_, probe}, *this, now);
    CONTINUO_CHECK(made.has_value());
    session = std::move(*made);
  }

  // A frame of noise, remembered in `sent_frames` if it is on its way.
  void SendFrame(FrameKind kind, size_t size, Timestamp now) {
    const auto bytes = samples_.Next(kind, size);
    rtp_timestamp_ += 3600;
    const auto frame = packetizer_.Packetize({codec(), kind, rtp_timestamp_, now, bytes});
    sent_frames.push_back(bytes);
    session->SendVideo(frame, now);
  }
  void SendSound(const std::string& payload, Timestamp now) {
    opus_timestamp_ += 960;
    session->SendAudio(ByteView(reinterpret_cast<const uint8_t*>(payload.data()), payload.size()),
                       opus_timestamp_, now);
  }
  VideoCodec codec() const { return session->media().video->codec; }

  // SessionObserver
  void OnConnected() override { connected = true; }
  void OnVideoFrame(const EncodedFrame& frame) override {
    frames.emplace_back(frame.payload.begin(), frame.payload.end());
  }
  void OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel>) override {
    sounds.emplace_back(packet.payload.begin(), packet.payload.end());
    if (on_audio) on_audio();
  }
  void OnKeyFrameRequested() override { ++key_frame_requests; }
  void OnClosed(CloseReason reason) override { closed.push_back(reason); }

  // DatagramSink
  MutableBytes Reserve(const SocketAddress& to) override {
    to_ = to;
    return space_;
  }
  void Commit(size_t size) override {
    ++datagrams_sent;
    network_(address, to_, ByteView(space_).first(size));
  }

  static constexpr DataRate kRate = DataRate::KilobitsPerSec(1200);

  SocketAddress address;
  TransportProbe probe;
  bool connected = false;
  std::vector<std::vector<uint8_t>> frames;
  std::vector<std::string> sounds;
  std::vector<std::vector<uint8_t>> sent_frames;
  std::vector<CloseReason> closed;
  std::function<void()> on_audio;
  int key_frame_requests = 0;
  int datagrams_sent = 0;

 private:
  std::optional<Certificate> certificate_;
  std::unique_ptr<DtlsContext> dtls_;
  ReceiveArena arena_{2048};
  PacketizedFramePool pool_;
  BitstreamSamples samples_;
  Packetizer packetizer_;
  Network network_;
  SocketAddress to_;
  std::array<uint8_t, kMaxDatagramSize> space_{};
  uint32_t rtp_timestamp_ = 1000;
  uint32_t opus_timestamp_ = 2000;

 public:
  std::unique_ptr<Session> session;  // goes first: it uses all of the above
};

// A server and a client that have exchanged offer and answer, on one path in virtual time.
class Call {
 public:
  explicit Call(LinkConditions conditions = {.delay = TimeDelta::Millis(20)},
                VideoCodec codec = VideoCodec::kVp8, uint64_t seed = 1)
      : up_(time, conditions, seed, [this](ByteView packet) { Deliver(packet); }),
        down_(time, conditions, seed + 1, [this](ByteView packet) { Deliver(packet); }),
        server(kServerAddress, codec, Sender(down_)),
        client(kClientAddress, codec, Sender(up_)) {
    const auto server_local =
        MakeLocalDescription(ShardIndex(0), server.fingerprint(), {kServerAddress});
    const auto client_local = MakeLocalDescription(ShardIndex(0), client.fingerprint(), {});
    const OfferParameters parameters{.codecs = {codec}};
    auto answer = AnswerOffer(MakeOffer(parameters, client_local), server_local);
    CONTINUO_CHECK(answer.has_value());
    auto applied = ApplyAnswer(parameters, answer->sdp);
    CONTINUO_CHECK(applied.has_value());
    server.Open(SessionRole::kServer, server_local, answer->media, time.now());
    client.Open(SessionRole::kClient, client_local, *applied, time.now());
    Drive(server);
    Drive(client);
  }

  void SetConditions(const LinkConditions& conditions) {
    up_.SetConditions(conditions);
    down_.SetConditions(conditions);
  }

  // 25 pictures and 50 sounds a second each way; key frames only at the start and when asked for.
  void TalkFor(TimeDelta duration) {
    const Timestamp end = time.now() + duration;
    int tick = 0;
    while (time.now() < end) {
      for (Endpoint* one : {&server, &client}) {
        one->SendSound("sound " + std::to_string(tick), time.now());
        if (tick % 2 == 0) SendPicture(*one);
      }
      ++tick;
      time.RunFor(TimeDelta::Millis(20));
    }
  }

  // As a stranger would: straight to the server, from an address of his own choice.
  void Inject(const SocketAddress& from, std::vector<uint8_t> datagram) {
    OpenSslClock::Set(time.now());
    server.session->OnDatagram(from, datagram, time.now());
  }

  static inline const SocketAddress kServerAddress = SocketAddress::Ipv4({192, 0, 2, 1}, 3478);
  static inline const SocketAddress kClientAddress = SocketAddress::Ipv4({192, 0, 2, 7}, 5000);
  static inline const SocketAddress kStranger = SocketAddress::Ipv4({203, 0, 113, 66}, 7000);

  struct Datagram {
    SocketAddress from;
    SocketAddress to;
    std::vector<uint8_t> bytes;
  };

  VirtualTime time;
  std::vector<Datagram> wire;  // everything that was sent, lost or not

 private:
  // The simulated link carries bytes: the addresses travel in front of them, as an index.
  Endpoint::Network Sender(SimulatedLink& link) {
    return [this, &link](const SocketAddress& from, const SocketAddress& to, ByteView bytes) {
      const auto index = static_cast<uint32_t>(wire.size());
      wire.push_back({from, to, {bytes.begin(), bytes.end()}});
      // As large as the datagram, for links that have a rate.
      std::vector<uint8_t> packet(std::max<size_t>(bytes.size(), sizeof(index)));
      std::memcpy(packet.data(), &index, sizeof(index));
      link.Send(packet);
    };
  }
  void Deliver(ByteView packet) {
    OpenSslClock::Set(time.now());
    uint32_t index = 0;
    std::memcpy(&index, packet.data(), sizeof(index));
    Datagram datagram = wire[index];
    for (Endpoint* one : {&server, &client}) {
      if (one->address != datagram.to || !one->session) continue;
      one->session->OnDatagram(datagram.from, datagram.bytes, time.now());
    }
  }
  void Drive(Endpoint& one) {
    time.Wake([&one] { return one.session ? one.session->NextDeadline() : Timestamp::Infinite(); },
              [&one](Timestamp now) {
                OpenSslClock::Set(now);
                one.session->OnTimer(now);
              });
  }
  void SendPicture(Endpoint& one) {
    const bool wanted = std::exchange(one.key_frame_requests, 0) > 0 || one.sent_frames.empty();
    key_frames += wanted ? 1 : 0;
    one.SendFrame(wanted ? FrameKind::kKey : FrameKind::kDelta, wanted ? 12'000 : 4'000,
                  time.now());
  }

  SimulatedLink up_;
  SimulatedLink down_;

 public:
  int key_frames = 0;  // sent by TalkFor(), both ways
  Endpoint server;
  Endpoint client;
};

}  // namespace continuo::test
