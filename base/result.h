// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace continuo {

// The closed list of what can go wrong, by what the caller can do about it.
enum class ErrorCode : uint8_t {
  kInvalidArgument,  // the caller's request is wrong and will stay so
  kMalformed,        // bytes that do not parse
  kUnsupported,      // well-formed, but this build or machine does not do it
  kNotFound,
  kAlreadyExists,
  kUnauthenticated,
  kPermissionDenied,
  kResourceExhausted,  // a cap was reached; later may work
  kUnavailable,        // something that we depend on is not there
  kDeviceFailed,       // an accelerator failed, and whatever was on it is lost
  kInternal,
};

std::string_view ToString(ErrorCode code);

// Why something failed. `text` is one of ours and static; `detail` is what varies (a path, a line
// number) and may be empty; `native` is errno, AVERROR, an OpenSSL code, … or 0.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string_view text;
  std::string detail;
  int64_t native = 0;
};

// "text: detail (native)": one line for a log or a terminal.
std::string ToString(const Error& error);

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> Fail(ErrorCode code, std::string_view text, std::string detail = {},
                                  int64_t native = 0) {
  return tl::unexpected<Error>(Error{code, text, std::move(detail), native});
}
// An error of the operating system: takes errno, and its words as the detail.
tl::unexpected<Error> FailErrno(ErrorCode code, std::string_view text, std::string_view what = {});

}  // namespace continuo
