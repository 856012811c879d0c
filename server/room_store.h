// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace continuo {

struct StoredRoom {
  std::string name;
  int64_t created_unix_seconds = 0;
};

// The rooms that exist, on disk: SQLite in WAL mode, written before a change is answered, so that a
// killed server comes back with what it promised. Who is in a room is not stored. Control thread.
class RoomStore {
 public:
  static Result<std::unique_ptr<RoomStore>> Open(const std::string& path);
  ~RoomStore();
  RoomStore(const RoomStore&) = delete;
  RoomStore& operator=(const RoomStore&) = delete;

  Result<std::vector<StoredRoom>> List();
  Status Insert(const StoredRoom& room);
  Status Remove(std::string_view name);

 private:
  explicit RoomStore(sqlite3* database) : database_(database) {}
  tl::unexpected<Error> Failed(std::string_view text) const;

  sqlite3* database_;
};

}  // namespace continuo
