// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/jitter_buffer.h"

#include <algorithm>
#include <cstring>

#include "media/audio_frame.h"

namespace continuo {
namespace {

constexpr size_t kMaxPacketSamples = 5760;
constexpr int64_t kStep = 120;  // Opus conceals multiples of 2.5 ms

// RFC 3550 §A.1: MAX_DROPOUT and MAX_MISORDER.
constexpr int64_t kMaxDropout = 3000;
constexpr int64_t kMaxMisorder = 100;
constexpr TimeDelta kMaxClockJump = TimeDelta::Seconds(2);
// Numbers beyond this are nobody's unwrapped ones, and would overflow in arithmetic.
constexpr int64_t kMaxNumber = int64_t{1} << 48;
// Longer than Opus's DTX is quiet (400 ms): the sender paused, and its clock may have, too.
constexpr TimeDelta kPause = TimeDelta::Millis(500);
// A longer gap isn't filled with inventions: what comes after it begins anew.
constexpr int64_t kMaxGap = 11'520;  // 240 ms
// A packet that missed its turn counts as this many, so that one is enough to wait longer.
constexpr int kMissedWeight = 4;

constexpr TimeDelta kShortenFrom = TimeDelta::Millis(5);
constexpr TimeDelta kLengthenFrom = TimeDelta::Millis(2);
constexpr int kMaxCorrection = 480;

constexpr TimeDelta Duration(int64_t samples) { return TimeDelta::Micros(samples * 125 / 6); }

bool InRange(int64_t number) { return number > -kMaxNumber && number < kMaxNumber; }

}  // namespace

void JitterBuffer::Insert(const AudioPacket& packet, size_t samples) {
  const bool sane = !packet.payload.empty() && packet.payload.size() <= kMaxAudioPayload &&
                    samples > 0 && samples <= kMaxPacketSamples && InRange(packet.sequence) &&
                    InRange(packet.rtp_timestamp);
  if (!sane || !FitsStream(packet)) {
    probe_.discarded_packets.Add();
    return;
  }
  const Slot& slot = SlotOf(packet.sequence);
  if (slot.state != SlotState::kEmpty && slot.sequence == packet.sequence) {
    probe_.duplicate_packets.Add();
    return;
  }
  const bool late = next_sequence_ && packet.sequence < *next_sequence_;
  const bool awaited = playing_ && waited_ > 0 && packet.sequence == *next_sequence_ &&
                       packet.rtp_timestamp <= next_timestamp_;
  estimator_.OnPacket(packet.rtp_timestamp, packet.arrival, late || awaited ? kMissedWeight : 1);
  if (late) {
    probe_.late_packets.Add();
    return;
  }
  Store(packet, samples);
}

// False for a packet that jumps. It is dropped, but if its successor follows, the sender has
// started anew and so does the buffer.
bool JitterBuffer::FitsStream(const AudioPacket& packet) {
  if (!newest_sequence_) return true;
  const int64_t step = packet.sequence - *newest_sequence_;
  if (packet.arrival - newest_arrival_ > kPause && step > 0 && step <= kMaxMisorder) {
    if (held_ == 0) playing_ = false;
    estimator_.Rebase();
    return true;
  }
  const bool jumps = step > kMaxDropout || step < -kMaxMisorder ||
                     estimator_.Jump(packet.rtp_timestamp, packet.arrival) > kMaxClockJump;
  if (!jumps) {
    probation_.reset();
    return true;
  }
  if (probation_ == packet.sequence) {
    StartAnew();
    return true;
  }
  probation_ = packet.sequence + 1;
  return false;
}

void JitterBuffer::StartAnew() {
  for (Slot& slot : slots_) slot.state = SlotState::kEmpty;
  held_ = 0;
  newest_sequence_.reset();
  probation_.reset();
  next_sequence_.reset();
  playing_ = false;
  waited_ = 0;
  estimator_.Rebase();
}

void JitterBuffer::Store(const AudioPacket& packet, size_t samples) {
  Slot& slot = SlotOf(packet.sequence);
  if (slot.state == SlotState::kWaiting) {
    probe_.discarded_packets.Add();
    if (slot.sequence > packet.sequence) return;
    --held_;
  }
  slot.state = SlotState::kWaiting;
  slot.sequence = packet.sequence;
  slot.timestamp = packet.rtp_timestamp;
  slot.samples = static_cast<uint16_t>(samples);
  slot.size = static_cast<uint16_t>(packet.payload.size());
  std::memcpy(slot.payload.data(), packet.payload.data(), packet.payload.size());
  ++held_;
  if (!newest_sequence_ || packet.sequence > *newest_sequence_) {
    newest_sequence_ = packet.sequence;
    newest_end_ = packet.rtp_timestamp + static_cast<int64_t>(samples);
    newest_arrival_ = packet.arrival;
  }
}

JitterBuffer::Slot* JitterBuffer::Oldest() {
  if (held_ == 0) return nullptr;
  if (next_sequence_) {
    Slot& expected = SlotOf(*next_sequence_);
    if (expected.state == SlotState::kWaiting && expected.sequence == *next_sequence_) {
      return &expected;
    }
  }
  Slot* oldest = nullptr;
  for (Slot& slot : slots_) {
    if (slot.state != SlotState::kWaiting) continue;
    if (!oldest || slot.sequence < oldest->sequence) oldest = &slot;
  }
  return oldest;
}

// After a stall the queue of the network arrives at once. What would be older than kMaxDelay when
// played is given up, so that the delay can't grow for ever.
void JitterBuffer::DropWhatIsTooOld(Timestamp now) {
  while (held_ > 1) {
    Slot& oldest = *Oldest();
    if (estimator_.SinceDue(oldest.timestamp, now) <= kMaxDelay) return;
    oldest.state = SlotState::kPlayed;
    --held_;
    next_sequence_ = oldest.sequence + 1;
    playing_ = false;
    probe_.discarded_packets.Add();
  }
}

JitterBuffer::Step JitterBuffer::Next(Timestamp now) {
  DropWhatIsTooOld(now);
  Slot* oldest = Oldest();
  if (!oldest) return {};
  const bool due = estimator_.SinceDue(oldest->timestamp, now) >= estimator_.target();
  const bool follows = playing_ && oldest->sequence == *next_sequence_;
  // After silence there is no hurry, and no backlog to work off: begin with the wait as it should
  // be.
  const bool after_silence = !playing_ || (follows && oldest->timestamp > next_timestamp_);
  if (after_silence && !due) return {};
  if (after_silence || follows) return PlaySlot(*oldest, now);
  return FillGap(*oldest, now, due);
}

JitterBuffer::Step JitterBuffer::FillGap(Slot& next, Timestamp now, bool due) {
  const int64_t gap = next.timestamp - next_timestamp_;
  if (gap > kMaxGap && !due) return {};
  if (gap <= 0 || gap > kMaxGap) return PlaySlot(next, now);
  // What was invented while nothing came has filled some of it.
  const int64_t filled = std::min(gap, static_cast<int64_t>(waited_));
  waited_ -= static_cast<size_t>(filled);
  next_timestamp_ += filled;
  const int64_t left = (gap - filled) / kStep * kStep;
  if (left == 0) return PlaySlot(next, now);
  const int64_t recoverable = std::min<int64_t>(left, next.samples / kStep * kStep);
  if (left > recoverable || recoverable == 0) {
    const int64_t invented =
        std::min<int64_t>(std::max(left - recoverable, kStep), kSamplesPerTick);
    next_timestamp_ += invented;
    return {Play::kConceal, static_cast<size_t>(invented), {}};
  }
  CountLostBefore(next);
  next_sequence_ = next.sequence;
  next_timestamp_ = next.timestamp;
  return {Play::kRecover, static_cast<size_t>(recoverable), next.view()};
}

JitterBuffer::Step JitterBuffer::PlaySlot(Slot& slot, Timestamp now) {
  CountLostBefore(slot);
  slot.state = SlotState::kPlayed;
  --held_;
  playing_ = true;
  waited_ = 0;
  packet_samples_ = slot.samples;
  next_sequence_ = slot.sequence + 1;
  next_timestamp_ = slot.timestamp + slot.samples;
  backlog_ = newest_end_ - next_timestamp_;
  delay_ = estimator_.SinceDue(slot.timestamp, now);
  return {Play::kPacket, slot.samples, slot.view()};
}

void JitterBuffer::CountLostBefore(const Slot& slot) {
  if (!next_sequence_ || slot.sequence <= *next_sequence_) return;
  probe_.lost_packets.Add(static_cast<uint64_t>(slot.sequence - *next_sequence_));
}

void JitterBuffer::Waited(size_t samples) {
  if (!playing_) return;
  waited_ += samples;
  if (waited_ <= static_cast<size_t>(kMaxGap)) return;
  playing_ = false;
  waited_ = 0;
}

int JitterBuffer::Correction(size_t unplayed) const {
  if (!playing_ || waited_ > 0) return 0;
  // The wait changes in quanta: a cut only takes effect once it makes the voice ask for a packet
  // one tick (or one short packet) earlier. Cuts short of that leave samples over, which are pure
  // delay.
  const int64_t quantum = std::min<int64_t>(static_cast<int64_t>(packet_samples_), kSamplesPerTick);
  const int left_over = static_cast<int>(static_cast<int64_t>(unplayed) % quantum);
  const int64_t here = backlog_ + static_cast<int64_t>(packet_samples_) - quantum;
  const TimeDelta excess = std::min(delay_, Duration(here)) - Duration(quantum) - target();
  if (excess >= kShortenFrom) return -kMaxCorrection;
  if (left_over >= kStep && delay_ >= target()) return -std::min(left_over, kMaxCorrection);
  if (delay_ < target() - kLengthenFrom) return kMaxCorrection;
  return 0;
}

}  // namespace continuo
