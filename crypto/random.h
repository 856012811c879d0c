// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace continuo {

// What an attacker must not guess, from the kernel's generator. Any thread. What merely needs to
// differ comes from base/random.h.
void RandomBytes(MutableBytes out);
uint32_t RandomU32();
uint64_t RandomU64();

// A token of at least `bits` bits, in base64url characters: one for every six bits or part of six.
std::string RandomToken(size_t bits);

// `characters` letters and digits, each worth 5.95 bits: for ICE user names and passwords, whose
// alphabet has no "-" and no "_" (RFC 8839 §5.4).
std::string RandomAlphanumeric(size_t characters);

}  // namespace continuo
