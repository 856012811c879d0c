// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/receive_arena.h"

#include <cstring>

#include "base/check.h"

namespace continuo {

std::optional<ReceiveArena::Block> ReceiveArena::Store(ByteView bytes) {
  CONTINUO_CHECK(bytes.size() <= kBlockSize);
  if (free_.empty()) {
    const size_t blocks = chunks_.size() * kChunkBlocks;
    if (blocks + kChunkBlocks > max_blocks_) return std::nullopt;
    chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
    free_.reserve(blocks + kChunkBlocks);  // Free() must never allocate
    for (size_t i = kChunkBlocks; i > 0; --i) free_.push_back(static_cast<Block>(blocks + i - 1));
  }
  const Block block = free_.back();
  free_.pop_back();
  if (!bytes.empty()) std::memcpy(Bytes(block), bytes.data(), bytes.size());
  return block;
}

}  // namespace continuo
