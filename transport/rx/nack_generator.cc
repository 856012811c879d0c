// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/nack_generator.h"

#include <algorithm>

namespace continuo {
namespace {

// A packet that later ones have overtaken may still be on its way.
constexpr TimeDelta kReorderPatience = TimeDelta::Millis(10);
constexpr int kMaxAsks = 10;
constexpr TimeDelta kMinInterval = TimeDelta::Millis(20);
// A picture that waits longer than this is better replaced by a key frame.
constexpr TimeDelta kMinAge = TimeDelta::Millis(500);
constexpr TimeDelta kMaxAge = TimeDelta::Millis(1000);

TimeDelta MaxAge(TimeDelta rtt) { return std::clamp(rtt * 10, kMinAge, kMaxAge); }

// The answer needs a round trip; each further request waits a quarter of one longer.
TimeDelta Interval(TimeDelta rtt, int asked) {
  const TimeDelta trip = std::max(rtt + rtt / 8, kMinInterval);
  return trip + trip * (asked - 1) / 4;
}

}  // namespace

void NackGenerator::Start(int64_t first) {
  size_ = 0;
  first_ = highest_ = first;
  overrun_.reset();
}

void NackGenerator::OnPacket(int64_t sequence, Timestamp now) {
  if (sequence > highest_) {
    AddHoles(highest_ + 1, sequence, now);
    highest_ = sequence;
    return;
  }
  if (sequence < first_) return BeginEarlier(sequence, now);
  const auto end = holes_.begin() + static_cast<ptrdiff_t>(size_);
  const auto at = std::lower_bound(holes_.begin(), end, sequence,
                                   [](const Hole& h, int64_t s) { return h.sequence < s; });
  if (at != end && at->sequence == sequence) Erase(static_cast<size_t>(at - holes_.begin()));
}

void NackGenerator::AddHoles(int64_t begin, int64_t end, Timestamp now) {
  const auto count = static_cast<uint64_t>(end - begin);
  if (count > kMaxMissing - size_) {
    // More than a burst is gone: asking for all of it would only add to whatever broke the link.
    overrun_ = end - 1;
    size_ = 0;
    return;
  }
  for (int64_t s = begin; s < end; ++s) {
    holes_[size_++] = {.sequence = s, .noticed = now, .next_ask = now + kReorderPatience};
  }
}

void NackGenerator::BeginEarlier(int64_t first, Timestamp now) {
  const auto count = static_cast<size_t>(first_ - first - 1);
  const size_t room = holes_.size() - size_;
  if (count <= room) {
    std::move_backward(holes_.begin(), holes_.begin() + static_cast<ptrdiff_t>(size_),
                       holes_.begin() + static_cast<ptrdiff_t>(size_ + count));
    for (size_t i = 0; i < count; ++i) {
      holes_[i] = {.sequence = first + 1 + static_cast<int64_t>(i),
                   .noticed = now,
                   .next_ask = now + kReorderPatience};
    }
    size_ += count;
  } else {
    overrun_ = std::max(overrun_.value_or(first_ - 1), first_ - 1);
  }
  first_ = first;
}

NackGenerator::Due NackGenerator::TakeDue(Timestamp now, TimeDelta rtt) {
  Due due;
  due.given_up = overrun_;
  overrun_.reset();
  size_t kept = 0;
  size_t asks = 0;
  for (size_t i = 0; i < size_; ++i) {
    Hole hole = holes_[i];
    if (now - hole.noticed >= MaxAge(rtt) || (hole.asked >= kMaxAsks && hole.next_ask <= now)) {
      due.given_up = std::max(due.given_up.value_or(hole.sequence), hole.sequence);
      continue;
    }
    if (hole.next_ask <= now && asks < batch_.size()) {
      batch_[asks++] = hole.sequence;
      ++hole.asked;
      hole.next_ask = std::min(now + Interval(rtt, hole.asked), hole.noticed + MaxAge(rtt));
    }
    holes_[kept++] = hole;
  }
  size_ = kept;
  due.ask = std::span(batch_).first(asks);
  return due;
}

Timestamp NackGenerator::NextDeadline() const {
  if (overrun_) return Timestamp();
  Timestamp next = Timestamp::Infinite();
  for (size_t i = 0; i < size_; ++i) next = std::min(next, holes_[i].next_ask);
  return next;
}

void NackGenerator::ForgetBelow(int64_t sequence) {
  const auto end = holes_.begin() + static_cast<ptrdiff_t>(size_);
  const auto first =
      std::find_if(holes_.begin(), end, [&](const Hole& h) { return h.sequence >= sequence; });
  size_ = static_cast<size_t>(std::move(first, end, holes_.begin()) - holes_.begin());
}

bool NackGenerator::IsMissing(int64_t sequence) const {
  const auto end = holes_.begin() + static_cast<ptrdiff_t>(size_);
  return std::any_of(holes_.begin(), end, [&](const Hole& h) { return h.sequence == sequence; });
}

void NackGenerator::Erase(size_t index) {
  std::move(holes_.begin() + static_cast<ptrdiff_t>(index) + 1,
            holes_.begin() + static_cast<ptrdiff_t>(size_),
            holes_.begin() + static_cast<ptrdiff_t>(index));
  --size_;
}

}  // namespace continuo
