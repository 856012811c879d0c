// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

namespace continuo {

// A mailbox that keeps only the newest item (policy: KeepLatest). Any number of producers and
// consumers; no locks. What is overwritten is destroyed on the producer's thread.
template <typename T, typename Deleter = std::default_delete<T>>
class Latest {
 public:
  Latest() = default;
  Latest(const Latest&) = delete;
  Latest& operator=(const Latest&) = delete;
  ~Latest() { Take(); }

  using Pointer = std::unique_ptr<T, Deleter>;

  // True when an item that nobody had taken was overwritten.
  bool Put(Pointer item) {
    const Pointer old(slot_.exchange(item.release(), std::memory_order_acq_rel));
    return old != nullptr;
  }
  Pointer Take() { return Pointer(slot_.exchange(nullptr, std::memory_order_acq_rel)); }

 private:
  std::atomic<T*> slot_{nullptr};
};

}  // namespace continuo
