// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/rate.h"
#include "base/time.h"
#include "transport/tx/packetized_frame.h"

namespace continuo {

// One packet of video that waits to leave: the `packet`th of `frame`. One that has left before has
// the sequence number it had.
struct PacedPacket {
  PacketizedFrameRef frame;
  uint16_t packet = 0;
  std::optional<uint16_t> resend_of;
};

// Spreads the packets of one endpoint's picture over time, so that a key frame doesn't fill the
// queue of a thin link at once: 2.5 times the rung's rate, or faster where the queue would
// otherwise take longer than kMaxQueueTime. An ordinary frame of a rung that isn't thin leaves at
// once: whoever has a link for the rung has one for its frames, and would only see each of them
// later. Sound never queues here; it goes first and is charged to the same budget. Retransmissions
// go before new packets. Holds references, not bytes; bounded.
class Pacer {
 public:
  static constexpr size_t kMaxQueued = 512;
  static constexpr size_t kMaxResends = 64;
  static constexpr TimeDelta kMaxQueueTime = TimeDelta::Millis(400);
  // What leaves together, as time at the paced rate. Of a thin rung, a packet or two: a timer and a
  // system call per packet cost more than they smooth. Else one and a half mean frames at 25 fps.
  static constexpr TimeDelta kThinBurst = TimeDelta::Millis(5);
  static constexpr TimeDelta kFrameBurst = TimeDelta::Millis(24);
  static constexpr DataRate kThinRate = DataRate::KilobitsPerSec(300);

  explicit Pacer(DataRate media_rate);

  void SetMediaRate(DataRate media_rate);
  // Queues all packets of a frame, or none: false when they don't fit.
  bool Enqueue(const PacketizedFrameRef& frame);
  bool EnqueueResend(PacedPacket packet);
  void OnUnpacedBytes(size_t bytes, Timestamp now);

  // The next packet that may leave now, if any; the caller sends it.
  std::optional<PacedPacket> Next(Timestamp now);
  // Infinite when the queue is empty.
  Timestamp NextDeadline() const;

  // Drops every frame of which no packet has left yet; returns how many. Resends stay.
  size_t DropUnsentFrames();
  size_t queued() const { return media_.size() + resends_.size(); }

 private:
  // A ring of fixed size.
  template <size_t N>
  class Ring {
   public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    size_t room() const { return N - size_; }
    PacedPacket& operator[](size_t i) { return items_[(head_ + i) % N]; }
    void Push(PacedPacket item) { items_[(head_ + size_++) % N] = std::move(item); }
    PacedPacket Pop() {
      PacedPacket item = std::move(items_[head_]);
      head_ = (head_ + 1) % N;
      --size_;
      return item;
    }
    void PopBack() { items_[(head_ + --size_) % N] = {}; }

   private:
    std::array<PacedPacket, N> items_;
    size_t head_ = 0;
    size_t size_ = 0;
  };

  static constexpr int64_t kRateFactorTimes2 = 5;

  void Charge(size_t bytes, Timestamp now);
  TimeDelta Burst() const { return media_rate_ < kThinRate ? kThinBurst : kFrameBurst; }
  void Hurry();

  DataRate media_rate_;
  DataRate send_rate_;  // of the queue as it is; zero when there is none
  Ring<kMaxQueued> media_;
  Ring<kMaxResends> resends_;
  size_t queued_bytes_ = 0;
  Timestamp next_send_;
};

}  // namespace continuo
