// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/random.h"
#include "base/rate.h"
#include "base/time.h"

namespace continuo::test {

// Time that passes only when RunUntil() says so: events in order, those of one instant in the order
// they were asked for, and sans-IO objects woken at their deadlines. The same program with the same
// seeds is the same run, to the byte.
class VirtualTime {
 public:
  explicit VirtualTime(Timestamp start = Timestamp::Millis(1'000'000)) : now_(start) {}
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;

  Timestamp now() const { return now_; }

  void At(Timestamp when, std::function<void()> action) {
    events_.push({std::max(when, now_), next_order_++, std::move(action)});
  }
  void After(TimeDelta delay, std::function<void()> action) { At(now_ + delay, std::move(action)); }
  // Calls `action` now and then every `period`, for ever.
  void Every(TimeDelta period, std::function<void()> action) {
    At(now_, [this, period, action = std::move(action)]() mutable {
      action();
      After(period, [this, period, again = action] { Every(period, again); });
    });
  }

  // Something with a deadline of its own, asked for it before each step. Lives as long as the runs.
  void Wake(std::function<Timestamp()> next_deadline, std::function<void(Timestamp)> on_timer) {
    sleepers_.push_back({std::move(next_deadline), std::move(on_timer)});
  }

  void RunFor(TimeDelta duration) { RunUntil(now_ + duration); }
  void RunUntil(Timestamp end) {
    int steps_without_time = 0;
    for (;;) {
      const Timestamp next = std::max(NextTime(), now_);
      if (next > end) break;
      steps_without_time = next == now_ ? steps_without_time + 1 : 0;
      CONTINUO_CHECK(steps_without_time < 100'000);  // a deadline that doesn't move when served
      now_ = next;
      Step();
    }
    now_ = end;
  }

 private:
  struct Event {
    Timestamp when;
    uint64_t order;
    std::function<void()> action;
    bool operator<(const Event& other) const {  // a max-heap: the earliest on top
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };
  struct Sleeper {
    std::function<Timestamp()> next_deadline;
    std::function<void(Timestamp)> on_timer;
  };

  Timestamp NextTime() const {
    Timestamp next = events_.empty() ? Timestamp::Infinite() : events_.top().when;
    for (const Sleeper& sleeper : sleepers_) next = std::min(next, sleeper.next_deadline());
    return next;
  }
  void Step() {
    if (!events_.empty() && events_.top().when <= now_) {
      const std::function<void()> action = events_.top().action;
      events_.pop();
      action();
      return;
    }
    for (size_t i = 0; i < sleepers_.size(); ++i) {
      if (sleepers_[i].next_deadline() <= now_) sleepers_[i].on_timer(now_);
    }
  }

  Timestamp now_;
  uint64_t next_order_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Sleeper> sleepers_;
};

// What a link does to packets. By default nothing at all.
struct LinkConditions {
  double loss = 0;       // probability, each packet for itself
  double duplicate = 0;  // probability that a packet arrives twice
  TimeDelta delay;       // one way
  TimeDelta jitter;      // up to so much more, each packet for itself; packets overtake each other
  std::optional<DataRate> rate;                    // unlimited if absent
  TimeDelta queue_limit = TimeDelta::Millis(500);  // of waiting for `rate`; then tail drop
  DataSize overhead = DataSize::Bytes(28);         // IP and UDP, charged to `rate`
};

// One direction of a network path, in virtual time. Seeded: the fate of the nth packet depends on
// the seed and on n only.
class SimulatedLink {
 public:
  using Deliver = std::function<void(ByteView)>;

  SimulatedLink(VirtualTime& time, LinkConditions conditions, uint64_t seed, Deliver deliver)
      : time_(time), conditions_(conditions), random_(seed), deliver_(std::move(deliver)) {}

  // From now on, for packets still to be sent.
  void SetConditions(const LinkConditions& conditions) { conditions_ = conditions; }

  void Send(ByteView packet) {
    ++sent_;
    const bool lost = random_.Unit() < conditions_.loss;
    const bool twice = random_.Unit() < conditions_.duplicate;
    const double first = random_.Unit();
    const double second = random_.Unit();
    TimeDelta queueing;
    if (conditions_.rate) {
      free_at_ = std::max(free_at_, time_.now());
      if (free_at_ - time_.now() > conditions_.queue_limit) {
        ++overflowed_;
        return;
      }
      free_at_ += (DataSize::Bytes(static_cast<int64_t>(packet.size())) + conditions_.overhead) /
                  *conditions_.rate;
      queueing = free_at_ - time_.now();
      longest_queueing_ = std::max(longest_queueing_, queueing);
    }
    if (lost) {
      ++lost_;
      return;
    }
    Arrive(packet, queueing, first);
    if (twice) Arrive(packet, queueing, second);
  }

  uint64_t sent() const { return sent_; }
  uint64_t lost() const { return lost_; }
  uint64_t overflowed() const { return overflowed_; }
  TimeDelta longest_queueing() const { return longest_queueing_; }

 private:
  void Arrive(ByteView packet, TimeDelta queueing, double luck) {
    const auto jitter = static_cast<int64_t>(luck * static_cast<double>(conditions_.jitter.us()));
    time_.After(
        queueing + conditions_.delay + TimeDelta::Micros(jitter),
        [this, bytes = std::vector<uint8_t>(packet.begin(), packet.end())] { deliver_(bytes); });
  }

  VirtualTime& time_;
  LinkConditions conditions_;
  Prng random_;
  Deliver deliver_;
  Timestamp free_at_;
  uint64_t sent_ = 0;
  uint64_t lost_ = 0;
  uint64_t overflowed_ = 0;
  TimeDelta longest_queueing_;
};

}  // namespace continuo::test
