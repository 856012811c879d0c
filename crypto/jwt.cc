// SPDX-License-Identifier: Apache-2.0
#include "crypto/jwt.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "crypto/encoding.h"

namespace continuo {
namespace {

constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"JWT"})";
constexpr size_t kMaxHeaderText = 256;
constexpr size_t kSignatureText = 86;  // 64 bytes in base64url

ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

bool IsString(const boost::json::value* value, std::string_view expected) {
  return value != nullptr && value->is_string() && value->get_string() == expected;
}

Status CheckHeader(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value parsed =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object()) return Fail(ErrorCode::kMalformed, "token: bad header");
  const boost::json::object& header = parsed.get_object();
  if (header.contains("crit")) return Fail(ErrorCode::kUnsupported, "token: critical extension");
  if (!IsString(header.if_contains("alg"), "EdDSA")) {
    return Fail(ErrorCode::kUnsupported, "token: not signed with EdDSA");
  }
  const boost::json::value* type = header.if_contains("typ");
  if ((type != nullptr && !IsString(type, "JWT")) || header.size() > (type != nullptr ? 2u : 1u)) {
    return Fail(ErrorCode::kMalformed, "token: unexpected header");
  }
  // The parser lets the last of two equal names win, and "\u0061lg" is "alg" to it. In a header
  // that is what it should be there is one colon for each name, and nothing to escape.
  const auto colons = static_cast<size_t>(std::count(text.begin(), text.end(), ':'));
  if (colons != header.size() || text.find('\\') != std::string_view::npos) {
    return Fail(ErrorCode::kMalformed, "token: unexpected header");
  }
  return {};
}

}  // namespace

Result<std::string> SignJwt(const SigningKey& key, std::string_view claims) {
  if (claims.size() > kMaxJwtSize) {
    return Fail(ErrorCode::kInvalidArgument, "token: the claims are too long");
  }
  std::string token = EncodeBase64Url(AsBytes(kHeader)) + '.' + EncodeBase64Url(AsBytes(claims));
  token += '.' + EncodeBase64Url(key.Sign(AsBytes(token)));
  if (token.size() > kMaxJwtSize) {
    return Fail(ErrorCode::kInvalidArgument, "token: the claims are too long");
  }
  return token;
}

Result<std::vector<uint8_t>> VerifyJwt(std::string_view token, const PublicKey& key) {
  if (token.size() > kMaxJwtSize) return Fail(ErrorCode::kMalformed, "token: too long");
  const size_t first = token.find('.');
  const size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last || first > kMaxHeaderText) {
    return Fail(ErrorCode::kMalformed, "token: not three parts");
  }
  const auto header = DecodeBase64Url(token.substr(0, first));
  // A dot in the middle part, so a fourth part, is a character foreign to base64url.
  auto claims = DecodeBase64Url(token.substr(first + 1, last - first - 1));
  if (!header || !claims) return Fail(ErrorCode::kMalformed, "token: not base64url");
  const Status known = CheckHeader({reinterpret_cast<const char*>(header->data()), header->size()});
  if (!known) return tl::unexpected(known.error());
  const std::string_view signature_text = token.substr(last + 1);
  const auto signature = DecodeBase64Url(signature_text);
  if (signature_text.size() != kSignatureText || !signature) {
    return Fail(ErrorCode::kMalformed, "token: bad signature");
  }
  if (!VerifySignature(key, AsBytes(token.substr(0, last)), *signature)) {
    return Fail(ErrorCode::kUnauthenticated, "token: the signature does not fit");
  }
  return std::move(*claims);
}

}  // namespace continuo
