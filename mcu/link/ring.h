// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace continuo {

// The shared part of a ring, at the start of its memory; the records follow it. Positions count
// bytes since the start and never wrap (64 bits); a position's place is position % capacity.
struct RingHeader {
  alignas(64) std::atomic<uint64_t> head;  // written by the consumer only
  alignas(64) std::atomic<uint64_t> tail;  // written by the producer only
  alignas(64) std::atomic<uint32_t> consumer_waits;
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "it lies in shared memory");

// One ring's memory: a header and a power of two of bytes. Zeroed memory is an empty ring.
struct RingMemory {
  RingHeader* header = nullptr;
  MutableBytes records;
  static constexpr size_t BytesFor(size_t capacity) { return sizeof(RingHeader) + capacity; }
};

// Writes records of one ring. One thread. Neither locks nor waits: a full ring refuses (policy:
// DropNewest), and the caller counts that. The consumer may be hostile: whatever it does to the
// header, we write only inside our own memory.
class RingProducer {
 public:
  RingProducer() = default;
  explicit RingProducer(RingMemory memory) : memory_(memory) {}

  // Room for a record of `size` bytes, or nothing when the ring is full or the record is larger
  // than half of it. Fill it, then Commit(). A second Reserve() forgets the first.
  std::optional<MutableBytes> Reserve(uint32_t type, size_t size);
  // Publishes the record. True when the consumer sleeps and has to be woken.
  bool Commit();

 private:
  RingMemory memory_;
  uint64_t tail_ = 0;
  uint64_t reserved_tail_ = 0;
};

// Reads records of one ring, in order. One thread. The producer may be hostile: a header or a
// length that cannot be is noticed, and the ring is `broken` for good. The bytes of a record lie in
// shared memory, where a hostile producer may change them while we look: whoever does not trust it
// copies first.
class RingConsumer {
 public:
  struct Record {
    uint32_t type = 0;
    ByteView bytes;
  };

  RingConsumer() = default;
  explicit RingConsumer(RingMemory memory) : memory_(memory) {}

  // The oldest record; it stays valid until Pop().
  std::optional<Record> Peek();
  void Pop();
  // Says that we are about to sleep. False when a record came meanwhile: read on instead.
  bool PrepareToSleep();
  bool broken() const { return broken_; }

 private:
  RingMemory memory_;
  uint64_t head_ = 0;
  uint64_t next_head_ = 0;
  bool broken_ = false;
};

}  // namespace continuo
