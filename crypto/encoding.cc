// SPDX-License-Identifier: Apache-2.0
#include "crypto/encoding.h"

#include <sodium.h>

namespace continuo {
namespace {

constexpr std::string_view kBase64UrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string EncodeBase64Url(ByteView bytes) {
  std::string text(
      sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // libsodium counts a terminating NUL
  return text;
}

Result<std::vector<uint8_t>> DecodeBase64Url(std::string_view text) {
  // libsodium 1.0.18 takes some bytes above 127 for characters of its alphabet.
  const bool foreign = text.find_first_not_of(kBase64UrlAlphabet) != std::string_view::npos;
  std::vector<uint8_t> bytes(text.size() / 4 * 3 + 3);
  size_t size = 0;
  // With no place to report where it stopped, it refuses whatever it cannot read to the end.
  if (foreign || sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr,
                                   &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return Fail(ErrorCode::kMalformed, "not base64url");
  }
  bytes.resize(size);
  return bytes;
}

std::string EncodeHex(ByteView bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Result<std::vector<uint8_t>> DecodeHex(std::string_view text) {
  std::vector<uint8_t> bytes(text.size() / 2);
  size_t size = 0;
  if (text.size() % 2 != 0 || sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                             nullptr, &size, nullptr) != 0) {
    return Fail(ErrorCode::kMalformed, "not hexadecimal");
  }
  return bytes;
}

}  // namespace continuo
