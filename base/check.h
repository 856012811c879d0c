// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}

// A bug of ours, never of a peer's: says where, and aborts.
#define CONTINUO_CHECK(condition) \
  (static_cast<bool>(condition)   \
       ? static_cast<void>(0)     \
       : ::continuo::internal::CheckFailed(#condition, __FILE__, __LINE__))
