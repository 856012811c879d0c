// SPDX-License-Identifier: Apache-2.0
#include "api/session_table.h"

#include <algorithm>
#include <utility>

namespace continuo {

void SessionTable::Add(const std::string& id, Session session) {
  if (sessions_.size() >= sweep_at_) ForgetEnded();
  sessions_.insert_or_assign(id, std::move(session));
}

// Sessions end elsewhere (a lost link, an operator), so rows go stale; a sweep whenever the table
// has doubled keeps it within twice the sessions that live.
void SessionTable::ForgetEnded() {
  std::erase_if(sessions_, [&](const auto& row) { return !conference_.HasSession(row.first); });
  sweep_at_ = std::max<size_t>(64, sessions_.size() * 2);
}

const SessionTable::Session* SessionTable::Find(std::string_view id) {
  const auto it = sessions_.find(std::string(id));
  if (it == sessions_.end()) return nullptr;
  if (!conference_.HasSession(id)) {
    sessions_.erase(it);
    return nullptr;
  }
  return &it->second;
}

Status SessionTable::Leave(std::string_view id) {
  sessions_.erase(std::string(id));
  return conference_.Leave(id);
}

void SessionTable::PageOpened(std::string_view id) {
  const auto it = sessions_.find(std::string(id));
  if (it != sessions_.end() && it->second.open_pages++ == 0) conference_.PagePresence(id, true);
}

void SessionTable::PageClosed(std::string_view id) {
  const auto it = sessions_.find(std::string(id));
  if (it == sessions_.end() || --it->second.open_pages > 0) return;
  if (conference_.HasSession(id)) conference_.PagePresence(id, false);
}

}  // namespace continuo
