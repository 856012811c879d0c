// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/signing_key.h"

namespace continuo {

inline constexpr size_t kMaxJwtSize = 4096;  // characters of the compact form

// A JWT in compact form (RFC 7519, RFC 8037) with alg "EdDSA" and nothing else. `claims` is the
// JSON object, as bytes: what it says is the caller's business. kInvalidArgument when the token
// would come out longer than kMaxJwtSize.
Result<std::string> SignJwt(const SigningKey& key, std::string_view claims);

// The claims, as bytes, of a token that `key` signed. kMalformed for anything that is not exactly
// three canonical base64url parts with a header of {"alg":"EdDSA"} and at most typ "JWT" beside it;
// kUnsupported for another alg ("none" included) or a "crit"; kUnauthenticated for a signature that
// does not fit. Claims are not parsed: expiry and the like are the caller's.
Result<std::vector<uint8_t>> VerifyJwt(std::string_view token, const PublicKey& key);

}  // namespace continuo
