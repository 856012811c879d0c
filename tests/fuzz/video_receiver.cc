// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/video_receiver.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace continuo {
namespace {

// The peer may send anything, in any order, at any time: the receiver neither crashes nor keeps
// more than it says, hands on only frames that can be decoded, and its deadlines pass.
class AnyPeer final : public VideoReceiverObserver {
 public:
  void Play(ByteReader in) {
    while (in.ok() && in.remaining() > 0) Step(in);
    ServeDeadlines(TimeDelta::Seconds(10));
    CONTINUO_CHECK(arena_.blocks_in_use() <= FrameAssembler::kSlots);
  }

 private:
  static VideoReceiverConfig Config() {
    VideoReceiverConfig config;
    config.formats[0] = {.payload_type = 0, .rtx_payload_type = 2};
    config.formats[1] = {.payload_type = 1, .rtx_payload_type = 3};
    return config;
  }

  // One byte of choices, then what they need.
  void Step(ByteReader& in) {
    const uint8_t choice = in.U8();
    packet_.payload_type = choice & 3;
    packet_.marker = (choice & 4) != 0;
    if (choice & 8) packet_.timestamp += 3000;
    packet_.sequence_number =
        static_cast<uint16_t>((choice & 16) ? in.U16() : packet_.sequence_number + 1);
    if (choice & 32) ServeDeadlines(TimeDelta::Millis(in.U8()));
    packet_.payload = Payload(in, choice >> 6);
    if (packet_.payload_type >= 2) {
      receiver_.OnRtx(packet_, now_);
    } else {
      receiver_.OnRtp(packet_, now_);
    }
  }

  ByteView Payload(ByteReader& in, int kind) {
    static constexpr uint8_t kVp8Key[] = {0x10, 0x10, 2, 0, 0x9d, 1, 0x2a, 1, 0, 1, 0};
    static constexpr uint8_t kH264Key[] = {0x78, 0, 2, 0x67, 1, 0, 2, 0x65, 1};
    const bool rtx = packet_.payload_type >= 2;
    const bool vp8 = packet_.payload_type % 2 == 0;
    payload_.clear();
    if (rtx) {
      const uint16_t original = in.U16();
      payload_ = {static_cast<uint8_t>(original >> 8), static_cast<uint8_t>(original)};
    }
    const ByteView body = kind == 0   ? in.Bytes(std::min<size_t>(in.U8(), in.remaining()))
                          : kind == 1 ? (vp8 ? ByteView(kVp8Key) : ByteView(kH264Key))
                          : kind == 2 ? ByteView(kH264Key).subspan(7)
                                      : ByteView(kVp8Key).first(2);
    payload_.insert(payload_.end(), body.begin(), body.end());
    return payload_;
  }

  void ServeDeadlines(TimeDelta duration) {
    const Timestamp end = now_ + duration;
    for (int steps = 0; receiver_.NextDeadline() <= end; ++steps) {
      CONTINUO_CHECK(steps < 100'000);
      now_ = std::max(now_, receiver_.NextDeadline());
      receiver_.OnTimer(now_);
    }
    now_ = end;
  }

  void OnFrame(const EncodedFrame& frame) override {
    CONTINUO_CHECK(!frame.payload.empty());
    CONTINUO_CHECK(shown_ || frame.kind == FrameKind::kKey);
    shown_ = true;
  }
  void SendNack(std::span<const uint16_t> sequences) override {
    CONTINUO_CHECK(!sequences.empty() && sequences.size() <= NackGenerator::kMaxBatch);
  }
  void SendPli() override {
    CONTINUO_CHECK(now_ - last_pli_ >= KeyFrameRequester::kMinInterval);
    last_pli_ = now_;
  }

  ReceiveArena arena_{1024};
  RxProbe probe_;
  VideoReceiver receiver_{Config(), arena_, probe_, *this};
  Timestamp now_ = Timestamp::Millis(1'000'000);
  Timestamp last_pli_;
  RtpPacket packet_;
  std::vector<uint8_t> payload_;
  bool shown_ = false;
};

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::AnyPeer().Play(continuo::ByteReader(continuo::ByteView(data, size)));
  return 0;
}
