// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/pacer.h"

#include <algorithm>

#include "base/check.h"

namespace continuo {
namespace {

constexpr DataRate kMinRate = DataRate::KilobitsPerSec(10);

}  // namespace

Pacer::Pacer(DataRate media_rate) { SetMediaRate(media_rate); }

void Pacer::SetMediaRate(DataRate media_rate) { media_rate_ = std::max(media_rate, kMinRate); }

bool Pacer::Enqueue(const PacketizedFrameRef& frame) {
  if (frame->packets() > media_.room()) return false;
  for (size_t i = 0; i < frame->packets(); ++i) {
    media_.Push({.frame = frame, .packet = static_cast<uint16_t>(i)});
  }
  queued_bytes_ += frame->total_bytes();
  Hurry();
  return true;
}

bool Pacer::EnqueueResend(PacedPacket packet) {
  if (resends_.room() == 0) return false;
  queued_bytes_ += packet.frame->payload(packet.packet).size();
  resends_.Push(std::move(packet));
  Hurry();
  return true;
}

// The rate falls only when the queue is empty: the last packets of a large frame would otherwise
// slow down again and miss the bound.
void Pacer::Hurry() {
  const DataRate usual = DataRate::BitsPerSec(media_rate_.bps() * kRateFactorTimes2 / 2);
  const DataRate needed =
      DataRate::BitsPerSec(static_cast<int64_t>(queued_bytes_) * 8'000 / kMaxQueueTime.ms());
  send_rate_ = std::max({usual, needed, send_rate_});
}

void Pacer::OnUnpacedBytes(size_t bytes, Timestamp now) { Charge(bytes, now); }

void Pacer::Charge(size_t bytes, Timestamp now) {
  const TimeDelta airtime =
      DataSize::Bytes(static_cast<int64_t>(bytes)) / std::max(send_rate_, media_rate_);
  next_send_ = std::max(next_send_, now - Burst()) + airtime;
  // Sound alone must never lock the picture out.
  next_send_ = std::min(next_send_, now + kMaxQueueTime);
}

std::optional<PacedPacket> Pacer::Next(Timestamp now) {
  if (queued() == 0 || next_send_ > now) return std::nullopt;
  PacedPacket packet = resends_.empty() ? media_.Pop() : resends_.Pop();
  const size_t bytes = packet.frame->payload(packet.packet).size();
  CONTINUO_CHECK(queued_bytes_ >= bytes);
  queued_bytes_ -= bytes;
  Charge(bytes, now);
  if (queued() == 0) send_rate_ = DataRate();
  return packet;
}

Timestamp Pacer::NextDeadline() const { return queued() == 0 ? Timestamp::Infinite() : next_send_; }

size_t Pacer::DropUnsentFrames() {
  // A frame whose first packet is gone from the front is on its way: let it finish.
  size_t keep = 0;
  if (!media_.empty() && media_[0].packet != 0) {
    const size_t left = media_[0].frame->packets() - media_[0].packet;
    keep = std::min(left, media_.size());
  }
  size_t dropped = 0;
  while (media_.size() > keep) {
    PacedPacket& last = media_[media_.size() - 1];
    queued_bytes_ -= last.frame->payload(last.packet).size();
    if (last.packet == 0) ++dropped;
    media_.PopBack();
  }
  return dropped;
}

}  // namespace continuo
