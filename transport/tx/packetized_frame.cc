// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/packetized_frame.h"

#include "base/check.h"

namespace continuo {

void PacketizedFrameRef::Release() {
  if (frame_ && --frame_->references_ == 0) frame_->pool_->GiveBack(frame_);
  frame_ = nullptr;
}

PacketizedFramePool::~PacketizedFramePool() { CONTINUO_CHECK(frames_in_use() == 0); }

PacketizedFrameRef PacketizedFramePool::Acquire() {
  if (free_.empty()) {
    frames_.push_back(std::make_unique<PacketizedFrame>());
    frames_.back()->pool_ = this;
    free_.reserve(frames_.size());  // GiveBack() must never allocate
    return PacketizedFrameRef(frames_.back().get());
  }
  PacketizedFrame* frame = free_.back();
  free_.pop_back();
  frame->bytes_.clear();
  frame->slices_.clear();
  return PacketizedFrameRef(frame);
}

}  // namespace continuo
