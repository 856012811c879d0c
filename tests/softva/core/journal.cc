// SPDX-License-Identifier: Apache-2.0
#include "softva/core/journal.h"

#include <unistd.h>

#include <utility>

namespace softva {
namespace {

uint64_t Increment(std::map<std::string, uint64_t, std::less<>>* counts, std::string_view name) {
  const auto found = counts->find(name);
  if (found != counts->end()) return ++found->second;
  counts->emplace(name, 1);
  return 1;
}

bool GivesBack(std::string_view call) {
  return call.starts_with("Destroy") || call.starts_with("Unmap") || call == "Terminate";
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

template <class Counts>
std::string Object(const Counts& counts) {
  std::string json;
  for (const auto& [name, count] : counts) {
    json += (json.empty() ? "" : ",") + Quoted(name) + ':' + std::to_string(count);
  }
  return '{' + json + '}';
}

[[noreturn]] void HangForEver() {
  for (;;) pause();
}

}  // namespace

std::optional<VAStatus> Journal::Enter(std::string_view call) {
  std::unique_lock lock(mutex_);
  const uint64_t of_any = ++all_calls_;
  const uint64_t of_name = Increment(&calls_, call);
  const bool now = fault_.at > 0 && (fault_.call == call    ? of_name == fault_.at
                                     : fault_.call == "any" ? of_any == fault_.at
                                                            : false);
  if (now && fault_.kind == FaultKind::kLost) lost_ = true;
  if (now && fault_.kind == FaultKind::kFail) return VA_STATUS_ERROR_OPERATION_FAILED;
  if (now && fault_.kind == FaultKind::kHang) {
    lock.unlock();
    HangForEver();
  }
  if (lost_ && !GivesBack(call)) return VA_STATUS_ERROR_OPERATION_FAILED;
  return std::nullopt;
}

bool Journal::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void Journal::CountMap(std::string_view of) {
  const std::lock_guard lock(mutex_);
  Increment(&maps_, of);
}

void Journal::Violation(std::string what) {
  const std::lock_guard lock(mutex_);
  Increment(&violations_, what);
}

VAStatus Journal::Reject(VAStatus status, std::string what) {
  Violation(std::move(what));
  return status;
}

std::string Journal::ToJson(const Options& options,
                            const std::map<std::string, size_t>& leaks) const {
  const std::lock_guard lock(mutex_);
  std::string violations;
  for (const auto& [what, count] : violations_) {
    const std::string times = count == 1 ? "" : " (" + std::to_string(count) + " times)";
    violations += (violations.empty() ? "" : ",") + Quoted(what + times);
  }
  return std::string("{\"personality\":") +
         (options.personality == Personality::kIntel ? "\"intel\"" : "\"amd\"") +
         ",\"async\":" + (options.asynchronous ? "true" : "false") +
         ",\"calls\":" + Object(calls_) + ",\"maps\":" + Object(maps_) +
         ",\"leaks\":" + Object(leaks) + ",\"violations\":[" + violations + "]}";
}

}  // namespace softva
