// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/time.h"
#include "media/encoded_frame.h"
#include "transport/rx/receive_arena.h"
#include "transport/rx/rx_probe.h"

namespace continuo {

// One packet of a video stream, as FrameAssembler takes it.
struct VideoPacket {
  int64_t sequence = 0;  // unwrapped
  uint32_t rtp_timestamp = 0;
  bool marker = false;  // the access unit's last packet
  VideoCodec codec = VideoCodec::kVp8;
  ByteView payload;  // of RTP; empty for a probe, which fills its place in the sequence and no more
  Timestamp arrival;
};

class EncodedFrameSink {
 public:
  virtual ~EncodedFrameSink() = default;
  // `frame.payload` is valid for the call. Must not destroy the assembler.
  virtual void OnFrame(const EncodedFrame& frame) = 0;
};

// Puts the packets of one video stream in order and hands on each access unit as soon as it is
// whole and everything before it has been handed on; H.264 in Annex B, VP8 raw. Waits at a hole
// until the packet comes or SkipPast() says that it never will; from then on, and at the start,
// only a key frame is let through. Doesn't ask for anything itself. Holds at most kSlots packets of
// at most ReceiveArena::kBlockSize bytes. A malformed packet is counted and spoils its access unit.
class FrameAssembler {
 public:
  static constexpr int64_t kSlots = 512;
  // The first packets may have overtaken each other by so much.
  static constexpr int64_t kMaxEarlier = 32;
  enum class Outcome : uint8_t { kTaken, kLate, kNoRoom };

  FrameAssembler(ReceiveArena& arena, RxProbe& probe, EncodedFrameSink& sink);
  ~FrameAssembler();
  FrameAssembler(const FrameAssembler&) = delete;
  FrameAssembler& operator=(const FrameAssembler&) = delete;

  // Begins (again) with `first`, the first packet to arrive; forgets everything.
  void Start(int64_t first);
  // kLate is also a duplicate.
  Outcome Insert(const VideoPacket& packet);
  // Gives up every hole up to and including `sequence`.
  void SkipPast(int64_t sequence);

  // The lowest sequence number still waited for.
  int64_t next() const { return next_; }
  // The access unit that is coming in looks like a key frame.
  bool KeyFrameOnItsWay() const { return unit_open_ && unit_may_be_key_; }
  // Nothing was finished or given up yet: packets below the first are still welcome.
  bool beginning() const { return beginning_; }
  // Nothing can be shown until a key frame comes, and none is on its way.
  bool WantsKeyFrame() const { return awaiting_key_frame_ && !KeyFrameOnItsWay(); }

 private:
  struct Slot {
    int64_t sequence = -1;
    Timestamp arrival;
    uint32_t rtp_timestamp = 0;
    ReceiveArena::Block block = 0;
    uint16_t size = 0;
    VideoCodec codec = VideoCodec::kVp8;
    bool held : 1 = false;
    bool filler : 1 = false;  // no payload
    bool broken : 1 = false;  // malformed
    bool marker : 1 = false;
    bool starts_frame : 1 = false;   // VP8: the first packet of its frame
    bool may_start_key : 1 = false;  // VP8: of a key frame; H.264: has an SPS
    bool has_idr : 1 = false;        // H.264
  };

  // kSlots divides 2^16, so that this is right for negative numbers too.
  Slot& At(int64_t sequence) { return (*slots_)[static_cast<uint16_t>(sequence) % kSlots]; }
  // The lowest sequence number whose packet may still be needed.
  int64_t base() const { return unit_open_ ? unit_begin_ : next_; }
  bool MayBeginAt(int64_t sequence) const;
  void BeginEarlier(int64_t first);
  void Advance();
  void FinishUnit();
  bool DescribeUnit(int64_t begin, int64_t end, EncodedFrame& frame);
  bool Assemble(int64_t begin, int64_t end);
  void AwaitKeyFrame();
  void JumpTo(int64_t sequence);
  void Abandon(int64_t end);
  void Release(int64_t begin, int64_t end);

  ReceiveArena& arena_;
  RxProbe& probe_;
  EncodedFrameSink& sink_;
  std::unique_ptr<std::array<Slot, kSlots>> slots_;
  int64_t next_ = 0;  // everything below is taken or given up
  // Of all that was inserted or given up; base() is less than kSlots below.
  int64_t highest_ = 0;
  int64_t unit_begin_ = 0;
  bool unit_open_ = false;  // [unit_begin_, next_) are the first packets of an access unit
  bool unit_may_be_key_ = false;
  bool awaiting_key_frame_ = true;
  bool beginning_ = true;
  VideoCodec codec_ = VideoCodec::kVp8;  // of the last key frame
};

}  // namespace continuo
