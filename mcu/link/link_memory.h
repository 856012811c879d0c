// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "mcu/link/ring.h"

namespace continuo {

// The memory and the wake-ups between an edge and one mixer: a sealed memfd with all rings in it,
// and one eventfd per sleeping thread. Made by the edge; reaches the mixer process as inherited
// descriptors. Both sides may just as well live in one process, as in tests and benches.
//
//   ring              producer                consumer
//   control down      edge, control thread    mixer, main thread
//   control up        mixer, main thread      edge, control thread
//   media down [s]    edge, shard s           mixer, main thread
//   video up [s]      mixer, compose thread   edge, shard s
//   audio up [s]      mixer, audio thread     edge, shard s
class LinkMemory {
 public:
  static constexpr int kMaxShards = 16;

  // Edge side. 1 <= shards <= kMaxShards.
  static Result<std::unique_ptr<LinkMemory>> Create(int shards);
  // Mixer side: takes over the descriptors that the edge put at first_fd, first_fd + 1, … in the
  // order of Descriptors().
  static Result<std::unique_ptr<LinkMemory>> Adopt(int first_fd, int shards);
  ~LinkMemory();
  LinkMemory(const LinkMemory&) = delete;
  LinkMemory& operator=(const LinkMemory&) = delete;

  int shards() const { return shards_; }
  // The descriptors that a mixer process has to inherit, in Adopt()'s order.
  std::vector<int> Descriptors() const;

  RingMemory control_down() const { return Ring(0); }
  RingMemory control_up() const { return Ring(1); }
  RingMemory media_down(int shard) const { return Ring(2 + 3 * shard); }
  RingMemory video_up(int shard) const { return Ring(3 + 3 * shard); }
  RingMemory audio_up(int shard) const { return Ring(4 + 3 * shard); }

  int wake_mixer_fd() const { return wakes_[0].get(); }
  int wake_control_fd() const { return wakes_[1].get(); }
  int wake_shard_fd(int shard) const { return wakes_[static_cast<size_t>(2 + shard)].get(); }

  // Wakes whoever watches `fd`, one of the three above.
  static void Wake(int fd);
  static void DrainWake(int fd);

 private:
  explicit LinkMemory(int shards) : shards_(shards) {}
  Status Map();
  RingMemory Ring(int index) const;

  int shards_;
  UniqueFd memory_fd_;
  std::vector<UniqueFd> wakes_;  // mixer, control, then one per shard
  MutableBytes mapping_;
};

}  // namespace continuo
