// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::test {

// How often operator new was called so far, by this thread and by all. Linking this folder replaces
// the operators of the whole test program; under ThreadSanitizer, which has operators of its own,
// tests that count are left out (cmake/Targets.cmake).
int64_t AllocationsOfThisThread();
int64_t AllocationsOfAllThreads();

template <typename Work>
int64_t AllocationsOf(Work work) {
  const int64_t before = AllocationsOfThisThread();
  work();
  return AllocationsOfThisThread() - before;
}

}  // namespace continuo::test
