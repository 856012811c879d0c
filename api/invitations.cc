// SPDX-License-Identifier: Apache-2.0
#include "api/invitations.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "api/names.h"
#include "crypto/jwt.h"
#include "crypto/random.h"

namespace continuo {
namespace {

namespace json = boost::json;

constexpr std::string_view kIssuer = "continuo";
constexpr size_t kMaxIdLength = 64;
constexpr std::string_view kNotOurs =
    "This invitation is not valid here: it is incomplete or was made by another server";

std::optional<std::string_view> StringClaim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const json::string& text = value->get_string();
  return std::string_view(text.data(), text.size());
}

// RFC 7519 allows fractions of seconds; ours are whole.
std::optional<int64_t> TimeClaim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  // Whatever it is compared with, adding the leeway must not overflow.
  constexpr int64_t kFarFuture = int64_t{1} << 40;
  const int64_t seconds = value->get_int64();
  if (seconds < 0 || seconds > kFarFuture) return std::nullopt;
  return seconds;
}

Result<json::object> ParseClaims(const std::vector<uint8_t>& bytes) {
  json::parse_options options;
  options.max_depth = 4;
  boost::system::error_code error;
  json::value value =
      json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error, {}, options);
  if (error || !value.is_object()) return Fail(ErrorCode::kUnauthenticated, kNotOurs);
  return std::move(value.get_object());
}

}  // namespace

Result<std::string> Invitations::Make(std::string_view room, std::string_view display_name,
                                      TimeDelta ttl, int64_t now_unix_seconds) const {
  if (!IsRoomName(room)) {
    return Fail(ErrorCode::kInvalidArgument,
                "A room's name is 1 to 64 letters, digits, '-', '_' or '.'");
  }
  if (!IsDisplayName(display_name)) {
    return Fail(ErrorCode::kInvalidArgument,
                "A participant's name is 1 to 64 characters, without control characters");
  }
  if (ttl < TimeDelta::Seconds(1) || ttl > kMaxTtl) {
    return Fail(ErrorCode::kInvalidArgument, "An invitation lasts from one second to 366 days");
  }
  const json::object claims{
      {"iss", json::string_view(kIssuer.data(), kIssuer.size())},
      {"room", json::string_view(room.data(), room.size())},
      {"name", json::string_view(display_name.data(), display_name.size())},
      {"jti", RandomToken(128)},
      {"iat", now_unix_seconds},
      {"exp", now_unix_seconds + ttl.us() / 1'000'000},
  };
  return SignJwt(key_, json::serialize(claims));
}

Result<Invitation> Invitations::Verify(std::string_view token, int64_t now_unix_seconds) const {
  if (token.empty()) return Fail(ErrorCode::kUnauthenticated, "An invitation is needed");
  if (token.size() > kMaxTokenLength) return Fail(ErrorCode::kUnauthenticated, kNotOurs);
  const auto bytes = VerifyJwt(token, key_.public_key());
  if (!bytes) return Fail(ErrorCode::kUnauthenticated, kNotOurs);
  const auto claims = ParseClaims(*bytes);
  if (!claims) return tl::unexpected(claims.error());

  const auto room = StringClaim(*claims, "room");
  const auto name = StringClaim(*claims, "name");
  const auto id = StringClaim(*claims, "jti");
  const auto issued = TimeClaim(*claims, "iat");
  const auto expires = TimeClaim(*claims, "exp");
  if (StringClaim(*claims, "iss") != kIssuer || !room || !IsRoomName(*room) || !name ||
      !IsDisplayName(*name) || !id || id->empty() || id->size() > kMaxIdLength || !issued ||
      !expires || *expires < *issued) {
    return Fail(ErrorCode::kUnauthenticated, kNotOurs);
  }
  if (*expires + kLeewaySeconds <= now_unix_seconds) {
    return Fail(ErrorCode::kUnauthenticated, "This invitation has expired");
  }
  if (*issued - kLeewaySeconds > now_unix_seconds) {
    return Fail(ErrorCode::kUnauthenticated, "This invitation is not valid yet");
  }
  return Invitation{std::string(*room), std::string(*name), std::string(*id), *expires};
}

}  // namespace continuo
