// SPDX-License-Identifier: Apache-2.0
#include "softva/core/options.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace softva {
namespace {

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool ReadKind(std::string_view text, FaultKind* kind) {
  if (text == "fail") *kind = FaultKind::kFail;
  if (text == "hang") *kind = FaultKind::kHang;
  if (text == "lost") *kind = FaultKind::kLost;
  return text == "fail" || text == "hang" || text == "lost";
}

// "EndPicture:3:hang"
bool ReadFault(std::string_view text, Fault* fault) {
  const size_t first = text.find(':');
  const size_t second = text.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  fault->call = text.substr(0, first);
  const std::string_view number = text.substr(first + 1, second - first - 1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), fault->at);
  return parsed.ec == std::errc() && parsed.ptr == number.data() + number.size() && fault->at > 0 &&
         ReadKind(text.substr(second + 1), &fault->kind);
}

}  // namespace

bool Options::FromEnvironment(Options* options, std::string* error) {
  const std::string_view personality = Variable("SOFTVA_PERSONALITY");
  if (personality == "amd") {
    options->personality = Personality::kAmd;
  } else if (!personality.empty() && personality != "intel") {
    *error = "SOFTVA_PERSONALITY is intel or amd";
    return false;
  }
  options->asynchronous = Variable("SOFTVA_ASYNC") == "1";
  const std::string_view fault = Variable("SOFTVA_FAULT");
  if (!fault.empty() && !ReadFault(fault, &options->fault)) {
    *error = "SOFTVA_FAULT is <call>:<n>:<fail|hang|lost>";
    return false;
  }
  options->report_path = Variable("SOFTVA_REPORT");
  return true;
}

}  // namespace softva
