// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/driver_report.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace continuo {
namespace {

namespace json = boost::json;

const char* Path() { return std::getenv("SOFTVA_REPORT"); }

std::map<std::string, int64_t> Counts(const json::object& session, std::string_view name) {
  std::map<std::string, int64_t> counts;
  const json::value* const found = session.if_contains(name);
  if (found == nullptr || !found->is_object()) return counts;
  for (const auto& [key, value] : found->get_object()) {
    counts[std::string(key)] = value.to_number<int64_t>();
  }
  return counts;
}

std::vector<std::string> Texts(const json::object& session, std::string_view name) {
  std::vector<std::string> texts;
  const json::value* const found = session.if_contains(name);
  if (found == nullptr || !found->is_array()) return texts;
  for (const json::value& value : found->get_array()) {
    texts.push_back(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }
  return texts;
}

}  // namespace

int64_t DriverReport::Session::call_count() const {
  int64_t sum = 0;
  for (const auto& [name, count] : calls) sum += count;
  return sum;
}

void DriverReport::Begin() {
  if (const char* const path = Path()) std::filesystem::remove(path);
}

std::vector<DriverReport::Session> DriverReport::Read() const {
  std::vector<Session> sessions;
  const char* const path = Path();
  if (path == nullptr) return sessions;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json::value parsed = json::parse(line);
    const json::object& session = parsed.as_object();
    sessions.push_back({.calls = Counts(session, "calls"),
                        .maps = Counts(session, "maps"),
                        .leaks = Counts(session, "leaks"),
                        .violations = Texts(session, "violations")});
  }
  return sessions;
}

void DriverReport::ExpectNothingBad() const {
  if (Path() == nullptr) return;
  const auto sessions = Read();
  EXPECT_FALSE(sessions.empty()) << "no report in " << Path();
  for (const Session& session : sessions) {
    for (const auto& [kind, count] : session.leaks) EXPECT_EQ(count, 0) << "leaked " << kind;
    for (const std::string& violation : session.violations) ADD_FAILURE() << violation;
  }
}

}  // namespace continuo
