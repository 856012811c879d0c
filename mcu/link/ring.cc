// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/ring.h"

#include <cstring>

namespace continuo {
namespace {

// A record on the ring, all fields in the machine's own byte order:
//
//   0               4               8
//   +---------------+---------------+------------- ... -+---------+
//   | size in bytes |     type      | size bytes        | padding |
//   +---------------+---------------+------------- ... -+---------+
//
// Records begin at multiples of 8 and never wrap: what does not fit before the end of the memory is
// preceded by a filler of type kFiller that runs up to the end.
struct RecordHeader {
  uint32_t size;
  uint32_t type;
};
constexpr uint32_t kFiller = 0xffffffff;
constexpr uint64_t kAlign = 8;

constexpr uint64_t Footprint(size_t size) {
  return (sizeof(RecordHeader) + size + kAlign - 1) / kAlign * kAlign;
}

void Put(MutableBytes records, uint64_t position, RecordHeader header) {
  std::memcpy(records.data() + position % records.size(), &header, sizeof(header));
}

}  // namespace

std::optional<MutableBytes> RingProducer::Reserve(uint32_t type, size_t size) {
  const uint64_t capacity = memory_.records.size();
  if (size > capacity / 2 - sizeof(RecordHeader)) return std::nullopt;
  const uint64_t used = tail_ - memory_.header->head.load(std::memory_order_acquire);
  if (used > capacity) return std::nullopt;  // not a value that an honest consumer writes
  const uint64_t to_end = capacity - tail_ % capacity;
  const uint64_t footprint = Footprint(size);
  const uint64_t filler = footprint <= to_end ? 0 : to_end;
  if (used + filler + footprint > capacity) return std::nullopt;

  if (filler > 0) {
    Put(memory_.records, tail_, {static_cast<uint32_t>(filler - sizeof(RecordHeader)), kFiller});
  }
  const uint64_t start = tail_ + filler;
  Put(memory_.records, start, {static_cast<uint32_t>(size), type});
  reserved_tail_ = start + footprint;
  return memory_.records.subspan(start % capacity + sizeof(RecordHeader), size);
}

bool RingProducer::Commit() {
  tail_ = reserved_tail_;
  // Sequentially consistent with PrepareToSleep: either it sees the new tail, or we see that it
  // sleeps.
  memory_.header->tail.store(tail_, std::memory_order_seq_cst);
  return memory_.header->consumer_waits.load(std::memory_order_seq_cst) != 0 &&
         memory_.header->consumer_waits.exchange(0, std::memory_order_seq_cst) != 0;
}

std::optional<RingConsumer::Record> RingConsumer::Peek() {
  const uint64_t capacity = memory_.records.size();
  while (!broken_) {
    const uint64_t available = memory_.header->tail.load(std::memory_order_acquire) - head_;
    if (available == 0) return std::nullopt;
    const uint64_t place = head_ % capacity;
    RecordHeader header{};
    std::memcpy(&header, memory_.records.data() + place, sizeof(header));
    const uint64_t footprint = Footprint(header.size);
    broken_ = available > capacity || available % kAlign != 0 || footprint > available ||
              footprint > capacity - place;
    if (broken_) return std::nullopt;
    next_head_ = head_ + footprint;
    if (header.type != kFiller) {
      return Record{header.type,
                    ByteView(memory_.records.data() + place + sizeof(header), header.size)};
    }
    Pop();
  }
  return std::nullopt;
}

void RingConsumer::Pop() {
  head_ = next_head_;
  memory_.header->head.store(head_, std::memory_order_release);
}

bool RingConsumer::PrepareToSleep() {
  memory_.header->consumer_waits.store(1, std::memory_order_seq_cst);
  if (broken_ || memory_.header->tail.load(std::memory_order_seq_cst) == head_) return true;
  memory_.header->consumer_waits.store(0, std::memory_order_seq_cst);
  return false;
}

}  // namespace continuo
