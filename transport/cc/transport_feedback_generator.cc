// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/transport_feedback_generator.h"

#include <algorithm>
#include <span>

namespace continuo {

TransportFeedbackGenerator::TransportFeedbackGenerator(Ssrc sender)
    : sender_(sender), arrivals_(std::make_unique<std::array<Timestamp, kWindow>>()) {}

void TransportFeedbackGenerator::OnPacket(uint16_t transport_sequence, Ssrc media, Timestamp now) {
  const int64_t sequence = unwrapper_.Unwrap(transport_sequence);
  // A jump by more than the window, either way, is a sender that counts anew.
  if (!started_ || sequence - end_ >= kWindow || end_ - sequence > kWindow) Begin(sequence);
  if (sequence < first_) {  // the first packets overtook each other
    for (int64_t s = sequence; s < first_; ++s) At(s) = Timestamp::Infinite();
    first_ = sequence;
  }
  if (sequence >= end_) {
    for (int64_t s = end_; s < sequence; ++s) At(s) = Timestamp::Infinite();
    end_ = sequence + 1;
    first_ = std::max(first_, end_ - kWindow);
    begin_ = std::max(begin_, first_);
  } else if (!At(sequence).IsInfinite()) {
    return;  // a duplicate
  } else {
    begin_ = std::min(begin_, sequence);  // reported as lost: take that back
  }
  At(sequence) = now;
  media_ = media;
  if (!due_) due_ = now + kInterval;
}

void TransportFeedbackGenerator::Begin(int64_t sequence) {
  started_ = true;
  first_ = begin_ = end_ = sequence;
}

Timestamp TransportFeedbackGenerator::NextDeadline() const {
  return due_.value_or(Timestamp::Infinite());
}

bool TransportFeedbackGenerator::WriteDue(ByteWriter& out, Timestamp now) {
  if (!due_ || *due_ > now) return false;
  while (begin_ < end_) {
    const auto count = static_cast<size_t>(std::min(end_ - begin_, kMaxReport));
    bool arrived = false;
    for (size_t i = 0; i < count; ++i) {
      report_[i] = At(begin_ + static_cast<int64_t>(i));
      arrived |= !report_[i].IsInfinite();
    }
    if (!arrived) {
      // A feedback packet needs an arrival to set its clock by: these losses show as a gap.
      begin_ += static_cast<int64_t>(count);
      continue;
    }
    const size_t written =
        WriteTransportFeedback(out, {.sender = sender_,
                                     .media = media_,
                                     .base_sequence = static_cast<uint16_t>(begin_),
                                     .feedback_count = feedback_count_,
                                     .arrivals = std::span(report_).first(count)});
    if (written == 0) return false;
    ++feedback_count_;
    begin_ += static_cast<int64_t>(written);
    if (begin_ == end_) due_.reset();
    return true;
  }
  due_.reset();
  return false;
}

}  // namespace continuo
