// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/link_memory.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "base/check.h"

namespace continuo {
namespace {

constexpr size_t kControlCapacity = 256 * 1024;
constexpr size_t kMediaDownCapacity = 4 * 1024 * 1024;  // a second of ten senders at 3 Mbit/s
constexpr size_t kVideoUpCapacity = 2 * 1024 * 1024;
constexpr size_t kAudioUpCapacity = 512 * 1024;

constexpr size_t CapacityOf(int index) {
  if (index < 2) return kControlCapacity;
  switch ((index - 2) % 3) {
    case 0:
      return kMediaDownCapacity;
    case 1:
      return kVideoUpCapacity;
    default:
      return kAudioUpCapacity;
  }
}

constexpr size_t OffsetOf(int index) {
  size_t offset = 0;
  for (int i = 0; i < index; ++i) offset += RingMemory::BytesFor(CapacityOf(i));
  return offset;
}

constexpr size_t TotalBytes(int shards) { return OffsetOf(2 + 3 * shards); }

}  // namespace

Result<std::unique_ptr<LinkMemory>> LinkMemory::Create(int shards) {
  CONTINUO_CHECK(shards >= 1 && shards <= kMaxShards);
  std::unique_ptr<LinkMemory> link(new LinkMemory(shards));
  link->memory_fd_.Reset(memfd_create("continuo-link", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!link->memory_fd_ ||
      ftruncate(link->memory_fd_.get(), static_cast<off_t>(TotalBytes(shards))) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot make shared memory for the mixer");
  }
  // Nobody may shrink it under the other's feet: that would be a SIGBUS.
  if (fcntl(link->memory_fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot seal the mixer's shared memory");
  }
  for (int i = 0; i < 2 + shards; ++i) {
    link->wakes_.emplace_back(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!link->wakes_.back()) return FailErrno(ErrorCode::kUnavailable, "cannot make an eventfd");
  }
  if (auto mapped = link->Map(); !mapped) return tl::unexpected(mapped.error());
  return link;
}

Result<std::unique_ptr<LinkMemory>> LinkMemory::Adopt(int first_fd, int shards) {
  if (shards < 1 || shards > kMaxShards) {
    return Fail(ErrorCode::kInvalidArgument, "the number of shards is out of range");
  }
  std::unique_ptr<LinkMemory> link(new LinkMemory(shards));
  link->memory_fd_.Reset(first_fd);
  for (int i = 0; i < 2 + shards; ++i) link->wakes_.emplace_back(first_fd + 1 + i);
  if (auto mapped = link->Map(); !mapped) return tl::unexpected(mapped.error());
  return link;
}

Status LinkMemory::Map() {
  const size_t size = TotalBytes(shards_);
  void* address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd_.get(), 0);
  if (address == MAP_FAILED) {
    return FailErrno(ErrorCode::kUnavailable, "cannot map the shared memory of the link");
  }
  mapping_ = MutableBytes(static_cast<uint8_t*>(address), size);
  return {};
}

LinkMemory::~LinkMemory() {
  if (!mapping_.empty()) munmap(mapping_.data(), mapping_.size());
}

std::vector<int> LinkMemory::Descriptors() const {
  std::vector<int> fds{memory_fd_.get()};
  for (const UniqueFd& wake : wakes_) fds.push_back(wake.get());
  return fds;
}

RingMemory LinkMemory::Ring(int index) const {
  uint8_t* start = mapping_.data() + OffsetOf(index);
  return {reinterpret_cast<RingHeader*>(start),
          MutableBytes(start + sizeof(RingHeader), CapacityOf(index))};
}

void LinkMemory::Wake(int fd) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(fd, &one, sizeof(one));
}

void LinkMemory::DrainWake(int fd) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = ::read(fd, &count, sizeof(count));
}

}  // namespace continuo
