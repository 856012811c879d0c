// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/check.h"

// Which thread may touch what, in words that clang's -Wthread-safety checks at compile time and
// AssertHere() at run time. g++ sees nothing.
#if defined(__clang__)
#define CONTINUO_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define CONTINUO_THREAD_ATTRIBUTE(x)
#endif
#define ON_THREAD(role) CONTINUO_THREAD_ATTRIBUTE(requires_capability(role))
#define OWNED_BY(role) CONTINUO_THREAD_ATTRIBUTE(guarded_by(role))

namespace continuo {

// A role that one or more threads take for life, such as "audio" or "network shard". A function
// marked ON_THREAD(kRole) may only be called from there; a lambda that arrives through a mailbox
// begins with kRole.AssertHere(). Instances are globals with distinct bits.
class CONTINUO_THREAD_ATTRIBUTE(capability("thread role")) ThreadRole {
 public:
  constexpr ThreadRole(const char* name, unsigned bit) : name_(name), mask_(1u << bit) {}
  // The calling thread has this role from now on.
  void Enter() const CONTINUO_THREAD_ATTRIBUTE(assert_capability(this)) { roles_ |= mask_; }
  void AssertHere() const CONTINUO_THREAD_ATTRIBUTE(assert_capability(this)) {
    CONTINUO_CHECK((roles_ & mask_) != 0);
  }
  const char* name() const { return name_; }

 private:
  inline static thread_local unsigned roles_ = 0;
  const char* name_;
  unsigned mask_;
};

inline constexpr ThreadRole kControlThread{"control", 0};
inline constexpr ThreadRole kShardThread{"network shard", 1};
inline constexpr ThreadRole kMixerMainThread{"mixer main", 2};
inline constexpr ThreadRole kAudioThread{"audio", 3};
inline constexpr ThreadRole kComposeThread{"compose", 4};

}  // namespace continuo
