// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace continuo {

// Continues a counter that wraps on the wire (16-bit sequence numbers, 32-bit timestamps) into
// 64 bits: each value is taken to be the one nearest to the last. RFC 3550 appendix A.1.
template <std::unsigned_integral Wire>
class Unwrapper {
 public:
  int64_t Unwrap(Wire value) {
    if (!last_) return *(last_ = int64_t{value});
    const auto delta =
        static_cast<std::make_signed_t<Wire>>(static_cast<Wire>(value - static_cast<Wire>(*last_)));
    return *(last_ = *last_ + delta);
  }
  // The same, without moving on: for asking what a value would be.
  int64_t Peek(Wire value) const {
    Unwrapper copy = *this;
    return copy.Unwrap(value);
  }

 private:
  std::optional<int64_t> last_;
};

using SequenceUnwrapper = Unwrapper<uint16_t>;
using RtpTimestampUnwrapper = Unwrapper<uint32_t>;

}  // namespace continuo
