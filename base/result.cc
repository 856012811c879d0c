// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace continuo {

std::string_view ToString(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kAlreadyExists:
      return "already exists";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kPermissionDenied:
      return "permission denied";
    case ErrorCode::kResourceExhausted:
      return "resource exhausted";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kDeviceFailed:
      return "device failed";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

std::string ToString(const Error& error) {
  std::string line(error.text);
  if (!error.detail.empty()) line.append(": ").append(error.detail);
  if (error.native != 0) line.append(" (").append(std::to_string(error.native)).append(")");
  return line;
}

tl::unexpected<Error> FailErrno(ErrorCode code, std::string_view text, std::string_view what) {
  const int saved = errno;
  std::string detail(what);
  if (!detail.empty()) detail.append(": ");
  detail.append(std::strerror(saved));
  return Fail(code, text, std::move(detail), saved);
}

}  // namespace continuo
