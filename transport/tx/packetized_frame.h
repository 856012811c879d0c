// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "media/encoded_frame.h"

namespace continuo {

class PacketizedFramePool;

// One access unit cut into RTP payloads: made once per rendition and shard, then sent to every
// endpoint on that rendition and kept in their histories. Immutable once it leaves the Packetizer.
class PacketizedFrame {
 public:
  VideoCodec codec() const { return codec_; }
  FrameKind kind() const { return kind_; }
  uint32_t rtp_timestamp() const { return rtp_timestamp_; }  // 90 kHz, the rendition's
  Timestamp capture_time() const { return capture_time_; }

  size_t packets() const { return slices_.size(); }
  ByteView payload(size_t packet) const {
    const Slice& slice = slices_[packet];
    return ByteView(bytes_).subspan(slice.offset, slice.size);
  }
  bool is_last(size_t packet) const { return packet + 1 == slices_.size(); }
  size_t total_bytes() const { return bytes_.size(); }

 private:
  friend class Packetizer;
  friend class PacketizedFramePool;
  friend class PacketizedFrameRef;
  struct Slice {
    uint32_t offset = 0;
    uint32_t size = 0;
  };

  VideoCodec codec_ = VideoCodec::kVp8;
  FrameKind kind_ = FrameKind::kDelta;
  uint32_t rtp_timestamp_ = 0;
  Timestamp capture_time_;
  std::vector<uint8_t> bytes_;  // the payloads, one after the other
  std::vector<Slice> slices_;
  uint32_t references_ = 0;
  PacketizedFramePool* pool_ = nullptr;
};

// A share in a PacketizedFrame. The count is a plain integer: every copy lives and dies on the
// shard that packetised the frame. The last one gives the frame back to its pool.
class PacketizedFrameRef {
 public:
  PacketizedFrameRef() = default;
  PacketizedFrameRef(const PacketizedFrameRef& other) : frame_(other.frame_) {
    if (frame_) ++frame_->references_;
  }
  PacketizedFrameRef(PacketizedFrameRef&& other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  PacketizedFrameRef& operator=(PacketizedFrameRef other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~PacketizedFrameRef() { Release(); }

  explicit operator bool() const { return frame_ != nullptr; }
  const PacketizedFrame& operator*() const { return *frame_; }
  const PacketizedFrame* operator->() const { return frame_; }

 private:
  friend class Packetizer;
  friend class PacketizedFramePool;
  explicit PacketizedFrameRef(PacketizedFrame* frame) : frame_(frame) { ++frame_->references_; }
  void Release();

  PacketizedFrame* frame_ = nullptr;
};

// The frames of one shard: handed out, given back, used again with the memory that they have. How
// many exist is bounded by the histories and queues that hold them. Outlives every reference.
class PacketizedFramePool {
 public:
  PacketizedFramePool() = default;
  ~PacketizedFramePool();
  PacketizedFramePool(const PacketizedFramePool&) = delete;
  PacketizedFramePool& operator=(const PacketizedFramePool&) = delete;

  size_t frames() const { return frames_.size(); }
  size_t frames_in_use() const { return frames_.size() - free_.size(); }

 private:
  friend class Packetizer;
  friend class PacketizedFrameRef;
  PacketizedFrameRef Acquire();
  void GiveBack(PacketizedFrame* frame) { free_.push_back(frame); }

  std::vector<std::unique_ptr<PacketizedFrame>> frames_;
  std::vector<PacketizedFrame*> free_;
};

}  // namespace continuo
