// SPDX-License-Identifier: Apache-2.0
#include "server/room_store.h"

#include <sqlite3.h>

#include <array>

namespace continuo {
namespace {

// One prepared statement, finalised on the way out.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void Bind(int index, std::string_view text) {
    sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
  }
  void Bind(int index, int64_t value) { sqlite3_bind_int64(statement_, index, value); }
  int Step() { return statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_); }
  std::string Text(int column) {
    const auto* text = sqlite3_column_text(statement_, column);
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
    return {reinterpret_cast<const char*>(text), size};
  }
  int64_t Integer(int column) { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// Each entry brings the schema from its index to the next; PRAGMA user_version says where it is.
constexpr std::array<const char*, 1> kMigrations{
    "CREATE TABLE rooms (name TEXT PRIMARY KEY NOT NULL, created INTEGER NOT NULL) STRICT;"
    "PRAGMA user_version = 1;"};

}  // namespace

Result<std::unique_ptr<RoomStore>> RoomStore::Open(const std::string& path) {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open(path.c_str(), &database);
  std::unique_ptr<RoomStore> store(new RoomStore(database));
  constexpr const char* kSetUp =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;";
  if (opened != SQLITE_OK ||
      sqlite3_exec(database, kSetUp, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return store->Failed("cannot open the database of rooms");
  }
  Statement version(database, "PRAGMA user_version");
  if (version.Step() != SQLITE_ROW) return store->Failed("cannot read the database of rooms");
  const int64_t have = version.Integer(0);
  if (have > static_cast<int64_t>(kMigrations.size())) {
    return Fail(ErrorCode::kUnsupported, "the database of rooms is of a newer version", path);
  }
  for (size_t i = static_cast<size_t>(have); i < kMigrations.size(); ++i) {
    const std::string sql = "BEGIN;" + std::string(kMigrations[i]) + "COMMIT;";
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return store->Failed("cannot bring the database of rooms up to date");
    }
  }
  return store;
}

RoomStore::~RoomStore() { sqlite3_close(database_); }

Result<std::vector<StoredRoom>> RoomStore::List() {
  Statement query(database_, "SELECT name, created FROM rooms ORDER BY name");
  std::vector<StoredRoom> rooms;
  int step = query.Step();
  for (; step == SQLITE_ROW; step = query.Step()) {
    rooms.push_back({query.Text(0), query.Integer(1)});
  }
  if (step != SQLITE_DONE) return Failed("cannot read the database of rooms");
  return rooms;
}

Status RoomStore::Insert(const StoredRoom& room) {
  Statement insert(database_, "INSERT INTO rooms (name, created) VALUES (?, ?)");
  insert.Bind(1, room.name);
  insert.Bind(2, room.created_unix_seconds);
  if (insert.Step() != SQLITE_DONE) return Failed("cannot store the room");
  return {};
}

Status RoomStore::Remove(std::string_view name) {
  Statement remove(database_, "DELETE FROM rooms WHERE name = ?");
  remove.Bind(1, name);
  if (remove.Step() != SQLITE_DONE) return Failed("cannot remove the room from the database");
  return {};
}

tl::unexpected<Error> RoomStore::Failed(std::string_view text) const {
  return Fail(ErrorCode::kUnavailable, text, sqlite3_errmsg(database_),
              sqlite3_extended_errcode(database_));
}

}  // namespace continuo
