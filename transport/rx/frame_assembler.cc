// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/frame_assembler.h"

#include <algorithm>

#include "base/check.h"
#include "transport/rx/h264_depacketizer.h"
#include "transport/rx/vp8_depacketizer.h"

namespace continuo {

FrameAssembler::FrameAssembler(ReceiveArena& arena, RxProbe& probe, EncodedFrameSink& sink)
    : arena_(arena),
      probe_(probe),
      sink_(sink),
      slots_(std::make_unique<std::array<Slot, kSlots>>()) {}

FrameAssembler::~FrameAssembler() { Release(base(), highest_ + 1); }

void FrameAssembler::Start(int64_t first) {
  Release(base(), highest_ + 1);
  next_ = first;
  highest_ = first - 1;
  unit_open_ = false;
  awaiting_key_frame_ = true;
  beginning_ = true;
}

namespace {

// What the payload is to `slot`'s access unit; the bytes to keep of it. Nothing when malformed.
template <typename Slot>
std::optional<ByteView> Describe(const VideoPacket& packet, Slot& slot) {
  if (packet.payload.size() > ReceiveArena::kBlockSize) return std::nullopt;
  if (packet.codec == VideoCodec::kVp8) {
    const auto vp8 = ParseVp8Payload(packet.payload);
    if (!vp8) return std::nullopt;
    slot.starts_frame = vp8->starts_frame;
    slot.may_start_key = vp8->starts_frame && vp8->kind == FrameKind::kKey;
    return vp8->data;
  }
  const auto h264 = ParseH264Payload(packet.payload);
  if (!h264) return std::nullopt;
  slot.may_start_key = h264->has_sps;
  slot.has_idr = h264->has_idr;
  return packet.payload;
}

}  // namespace

FrameAssembler::Outcome FrameAssembler::Insert(const VideoPacket& packet) {
  const int64_t sequence = packet.sequence;
  if (sequence < base() && MayBeginAt(sequence)) BeginEarlier(sequence);
  if (sequence < next_) return Outcome::kLate;
  if (At(sequence).held && At(sequence).sequence == sequence) return Outcome::kLate;

  Slot slot{.sequence = sequence,
            .arrival = packet.arrival,
            .rtp_timestamp = packet.rtp_timestamp,
            .codec = packet.codec,
            .held = true,
            .filler = packet.payload.empty(),
            .marker = packet.marker};
  if (!slot.filler) {
    const std::optional<ByteView> data = Describe(packet, slot);
    if (data) {
      const auto block = arena_.Store(*data);
      if (!block) return Outcome::kNoRoom;
      slot.block = *block;
      slot.size = static_cast<uint16_t>(data->size());
    } else {
      probe_.malformed.Add();
      slot.broken = true;
    }
  }
  if (sequence - base() >= kSlots) SkipPast(sequence - kSlots);
  CONTINUO_CHECK(!At(sequence).held);
  At(sequence) = slot;
  highest_ = std::max(highest_, sequence);

  if (sequence > next_ && WantsKeyFrame() && slot.may_start_key) JumpTo(sequence);
  Advance();
  return Outcome::kTaken;
}

bool FrameAssembler::MayBeginAt(int64_t sequence) const {
  return beginning_ && base() - sequence <= kMaxEarlier && highest_ - sequence < kSlots;
}

// What has been taken in stays where it is, and is walked over again from `first`.
void FrameAssembler::BeginEarlier(int64_t first) {
  next_ = first;
  unit_open_ = false;
}

void FrameAssembler::SkipPast(int64_t sequence) {
  if (sequence < base()) return;
  Abandon(std::min(sequence, highest_) + 1);
  next_ = sequence + 1;
  highest_ = std::max(highest_, sequence);
  AwaitKeyFrame();
  Advance();
}

void FrameAssembler::Advance() {
  for (;;) {
    const Slot& slot = At(next_);
    if (!slot.held || slot.sequence != next_) return;
    if (slot.filler) {
      ++next_;
      if (!unit_open_) Release(next_ - 1, next_);
      continue;
    }
    if (unit_open_ && slot.rtp_timestamp != At(unit_begin_).rtp_timestamp) {
      // The last one ended without a marker: its sender gave it up half sent.
      Abandon(next_);
      AwaitKeyFrame();
      continue;
    }
    if (!unit_open_) {
      unit_open_ = true;
      unit_begin_ = next_;
      unit_may_be_key_ = false;
    }
    unit_may_be_key_ |= slot.may_start_key;
    ++next_;
    if (slot.marker) FinishUnit();
  }
}

// Packets [unit_begin_, next_) are all of an access unit.
void FrameAssembler::FinishUnit() {
  const int64_t begin = unit_begin_;
  unit_open_ = false;
  beginning_ = false;
  EncodedFrame frame;
  const bool whole = DescribeUnit(begin, next_, frame);
  const bool decodable =
      frame.kind == FrameKind::kKey || (!awaiting_key_frame_ && frame.codec == codec_);
  const bool ready = whole && decodable && Assemble(begin, next_);
  Release(begin, next_);
  if (!ready) {
    (whole && !decodable ? probe_.frames_undecodable : probe_.frames_incomplete).Add();
    AwaitKeyFrame();
    return;
  }
  probe_.frames.Add();
  if (frame.kind == FrameKind::kKey) {
    probe_.key_frames.Add();
    awaiting_key_frame_ = false;
    codec_ = frame.codec;
  }
  frame.payload = arena_.access_unit();
  sink_.OnFrame(frame);
}

bool FrameAssembler::DescribeUnit(int64_t begin, int64_t end, EncodedFrame& frame) {
  const Slot& first = At(begin);
  frame.codec = first.codec;
  frame.rtp_timestamp = first.rtp_timestamp;
  bool has_sps = false;
  bool has_idr = false;
  for (int64_t s = begin; s < end; ++s) {
    const Slot& slot = At(s);
    frame.capture_time = std::max(frame.capture_time, slot.arrival);
    if (slot.filler) continue;
    if (slot.broken || slot.codec != frame.codec) return false;
    if (slot.codec == VideoCodec::kVp8 && slot.starts_frame != (s == begin)) return false;
    has_sps |= slot.may_start_key;
    has_idr |= slot.has_idr;
  }
  const bool key = frame.codec == VideoCodec::kVp8 ? first.may_start_key : has_sps && has_idr;
  frame.kind = key ? FrameKind::kKey : FrameKind::kDelta;
  return true;
}

bool FrameAssembler::Assemble(int64_t begin, int64_t end) {
  std::vector<uint8_t>& out = arena_.access_unit();
  out.clear();
  bool in_fragment = false;
  for (int64_t s = begin; s < end; ++s) {
    const Slot& slot = At(s);
    if (slot.filler) continue;
    const ByteView data = arena_.View(slot.block, slot.size);
    if (slot.codec == VideoCodec::kVp8) {
      out.insert(out.end(), data.begin(), data.end());
    } else if (!AppendH264Payload(data, in_fragment, out)) {
      return false;
    }
  }
  return !in_fragment;
}

// From here on only a key frame helps; if one has begun to come in behind a hole, what lies before
// it is useless.
void FrameAssembler::AwaitKeyFrame() {
  awaiting_key_frame_ = true;
  bool hole = false;
  for (int64_t s = next_; s <= highest_; ++s) {
    const Slot& slot = At(s);
    if (!slot.held || slot.sequence != s) {
      hole = true;
    } else if (slot.may_start_key) {
      if (hole) JumpTo(s);
      return;
    }
  }
}

void FrameAssembler::JumpTo(int64_t sequence) {
  Abandon(sequence);
  next_ = sequence;
}

// Gives up all packets below `end`, and counts the access units that they were of.
void FrameAssembler::Abandon(int64_t end) {
  std::optional<uint32_t> last;
  for (int64_t s = base(); s < end; ++s) {
    const Slot& slot = At(s);
    if (!slot.held || slot.sequence != s || slot.filler || slot.rtp_timestamp == last) continue;
    last = slot.rtp_timestamp;
    probe_.frames_incomplete.Add();
  }
  Release(base(), end);
  unit_open_ = false;
  beginning_ = false;
}

void FrameAssembler::Release(int64_t begin, int64_t end) {
  for (int64_t s = begin; s < end; ++s) {
    Slot& slot = At(s);
    if (!slot.held || slot.sequence != s) continue;
    if (!slot.filler && !slot.broken) arena_.Free(slot.block);
    slot.held = false;
  }
}

}  // namespace continuo
