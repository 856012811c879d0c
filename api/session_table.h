// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "api/conference.h"
#include "base/ids.h"

namespace continuo {

// What the HTTP side remembers of the sessions that it made, by their secret ids. Whether a session
// still exists is the Conference's to say: a row is only shown while it does. Control thread only.
class SessionTable {
 public:
  struct Session {
    std::string room;
    ParticipantId participant;
    std::string etag;       // quoted
    std::string ice_ufrag;  // of the offer
    int open_pages = 0;
  };

  explicit SessionTable(Conference& conference) : conference_(conference) {}

  void Add(const std::string& id, Session session);
  // Null when there is no such session, or no longer.
  const Session* Find(std::string_view id);
  Status Leave(std::string_view id);

  // A page's event stream for that session opened or closed. A page that reconnects may open the
  // new one before the old one is known to be dead, so they are counted: the Conference hears of
  // the first and of the last.
  void PageOpened(std::string_view id);
  void PageClosed(std::string_view id);

 private:
  void ForgetEnded();

  Conference& conference_;
  std::unordered_map<std::string, Session> sessions_;
  size_t sweep_at_ = 64;
};

}  // namespace continuo
