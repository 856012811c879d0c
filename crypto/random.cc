// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <sodium.h>

#include <string_view>
#include <vector>

#include "crypto/encoding.h"

namespace continuo {

void RandomBytes(MutableBytes out) { randombytes_buf(out.data(), out.size()); }

uint32_t RandomU32() { return randombytes_random(); }

uint64_t RandomU64() { return uint64_t{randombytes_random()} << 32 | randombytes_random(); }

std::string RandomToken(size_t bits) {
  std::vector<uint8_t> bytes((bits + 7) / 8);
  RandomBytes(bytes);
  std::string token = EncodeBase64Url(bytes);
  token.resize((bits + 5) / 6);
  return token;
}

std::string RandomAlphanumeric(size_t characters) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text(characters, '\0');
  for (char& c : text) c = kAlphabet[randombytes_uniform(kAlphabet.size())];
  return text;
}

}  // namespace continuo
