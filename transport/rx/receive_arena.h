// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace continuo {

// Where the incoming video of one shard waits: payloads that can't be handed on yet, in blocks of
// one packet each, and the buffer in which access units are put together, one at a time. Grows when
// it first needs to, never beyond `max_blocks`, and never shrinks; so a steady stream allocates
// nothing. Shared by the shard's streams, and outlives them.
class ReceiveArena {
 public:
  static constexpr size_t kBlockSize = 1500;
  using Block = uint32_t;

  explicit ReceiveArena(size_t max_blocks) : max_blocks_(max_blocks) {}
  ReceiveArena(const ReceiveArena&) = delete;
  ReceiveArena& operator=(const ReceiveArena&) = delete;

  // A copy of `bytes`, at most kBlockSize of them. Nothing when the arena is full.
  std::optional<Block> Store(ByteView bytes);
  ByteView View(Block block, size_t size) const { return ByteView(Bytes(block), size); }
  void Free(Block block) { free_.push_back(block); }

  size_t blocks_in_use() const { return chunks_.size() * kChunkBlocks - free_.size(); }
  std::vector<uint8_t>& access_unit() { return access_unit_; }

 private:
  static constexpr size_t kChunkBlocks = 64;
  using Chunk = std::array<uint8_t, kChunkBlocks * kBlockSize>;

  uint8_t* Bytes(Block block) const {
    return chunks_[block / kChunkBlocks]->data() + block % kChunkBlocks * kBlockSize;
  }

  size_t max_blocks_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<Block> free_;
  std::vector<uint8_t> access_unit_;
};

}  // namespace continuo
