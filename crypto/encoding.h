// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace continuo {

// base64url without padding (RFC 7515 §2). Decoding is strict: a foreign character, padding, white
// space or non-zero left-over bits are malformed, so that bytes have exactly one spelling.
// The caller bounds the length of what a peer sent.
std::string EncodeBase64Url(ByteView bytes);
Result<std::vector<uint8_t>> DecodeBase64Url(std::string_view text);

// Lower-case hexadecimal; either case is read.
std::string EncodeHex(ByteView bytes);
Result<std::vector<uint8_t>> DecodeHex(std::string_view text);

}  // namespace continuo
