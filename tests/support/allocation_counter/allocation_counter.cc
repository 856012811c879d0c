// SPDX-License-Identifier: Apache-2.0
#include "tests/support/allocation_counter/allocation_counter.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local int64_t of_this_thread = 0;
std::atomic<int64_t> of_all_threads{0};

void* Allocate(std::size_t size, std::size_t alignment) {
  ++of_this_thread;
  of_all_threads.fetch_add(1, std::memory_order_relaxed);
  void* const p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace

// Inlined, g++ would take new and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace continuo::test {

int64_t AllocationsOfThisThread() { return of_this_thread; }
int64_t AllocationsOfAllThreads() { return of_all_threads.load(std::memory_order_relaxed); }

}  // namespace continuo::test
