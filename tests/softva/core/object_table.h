// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace softva {

// The objects of one kind that a program has made, by the number it knows them by. Numbers of
// different kinds never coincide and none is used twice, so that a stale or mistaken one is found
// out. Shared ownership is VA-API's: what is destroyed while it is in use lives until it is done.
// Any thread.
template <class T>
class ObjectTable {
 public:
  explicit ObjectTable(uint32_t kind) : next_((kind << 24) + 1) {}

  uint32_t Add(std::shared_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    objects_.emplace(next_, std::move(object));
    return next_++;
  }

  // Null where there is no such object.
  std::shared_ptr<T> Find(uint32_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : found->second;
  }

  std::shared_ptr<T> Remove(uint32_t id) {
    const std::lock_guard lock(mutex_);
    const auto node = objects_.extract(id);
    return node.empty() ? nullptr : node.mapped();
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return objects_.size();
  }

 private:
  mutable std::mutex mutex_;
  uint32_t next_;
  std::map<uint32_t, std::shared_ptr<T>> objects_;
};

}  // namespace softva
