// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace continuo {

// Remembers which request id made which resource, so that a client that saw no answer may ask again
// (AIP-155). Bounded: the oldest is forgotten first. One thread.
class RequestIds {
 public:
  static constexpr size_t kMaxRemembered = 1024;
  static constexpr size_t kMaxLength = 64;

  // What the request made; none when it is new.
  std::optional<std::string> Find(std::string_view request_id) const {
    const auto it = made_.find(std::string(request_id));
    if (it == made_.end()) return std::nullopt;
    return it->second;
  }

  void Remember(std::string_view request_id, std::string_view resource) {
    if (request_id.empty()) return;
    if (!made_.insert_or_assign(std::string(request_id), std::string(resource)).second) return;
    order_.emplace_back(request_id);
    if (order_.size() <= kMaxRemembered) return;
    made_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::unordered_map<std::string, std::string> made_;
  std::deque<std::string> order_;
};

}  // namespace continuo
