// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "transport/wire/sdp_attributes.h"
#include "transport/wire/sdp_names.h"
#include "transport/wire/text_cursor.h"

namespace continuo {
namespace {

constexpr size_t kMaxFingerprints = 8;
constexpr size_t kMaxCandidates = 128;

struct HashFunction {
  std::string_view name;
  size_t size;  // bytes
};
constexpr std::array<HashFunction, 5> kHashFunctions{
    {{"sha-1", 20}, {"sha-224", 28}, {"sha-256", 32}, {"sha-384", 48}, {"sha-512", 64}}};

// RFC 8839 §5.4: ice-char = ALPHA / DIGIT / "+" / "/".
bool IsIceText(std::string_view text, size_t min_size) {
  constexpr size_t kMaxSize = 256;
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  return text.size() >= min_size && text.size() <= kMaxSize && std::ranges::all_of(text, legal);
}

std::optional<uint8_t> HexByte(std::string_view text) {
  uint8_t value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() != 2 || std::from_chars(begin, end, value, 16).ptr != end) return std::nullopt;
  return value;
}

// RFC 8122 §5: hash-func SP 2UHEX *(":" 2UHEX).
Status ParseFingerprint(std::string_view value, DtlsDescription& dtls) {
  TextCursor cursor(value);
  const std::string_view name = cursor.Word();
  const auto hash = std::ranges::find_if(kHashFunctions, [&](const HashFunction& known) {
    return EqualsIgnoringCase(known.name, name);
  });
  if (hash == kHashFunctions.end()) return {};
  if (dtls.fingerprints.size() == kMaxFingerprints) {
    return Fail(ErrorCode::kMalformed, "too many fingerprints");
  }
  DtlsFingerprint fingerprint{.hash = std::string(hash->name)};
  while (!cursor.done()) {
    const auto byte = HexByte(cursor.Until(':'));
    if (!byte || fingerprint.digest.size() == hash->size) {
      return Fail(ErrorCode::kMalformed, "bad fingerprint");
    }
    fingerprint.digest.push_back(*byte);
  }
  if (fingerprint.digest.size() != hash->size) {
    return Fail(ErrorCode::kMalformed, "fingerprint of the wrong length");
  }
  dtls.fingerprints.push_back(std::move(fingerprint));
  return {};
}

void ParseIceOptions(std::string_view value, IceDescription& ice) {
  for (TextCursor cursor(value); !cursor.done();) {
    if (cursor.Word() == "trickle") ice.trickle = true;
  }
}

Status ParseCandidateLine(std::string_view value, IceDescription& ice) {
  std::optional<IceCandidate> candidate = ParseIceCandidate(value);
  if (!candidate) return {};  // of a kind that we have no use for
  if (ice.candidates.size() == kMaxCandidates) {
    return Fail(ErrorCode::kMalformed, "too many candidates");
  }
  ice.candidates.push_back(std::move(*candidate));
  return {};
}

}  // namespace

Status ParseTransportAttribute(std::string_view name, std::string_view value, IceDescription& ice,
                               DtlsDescription& dtls) {
  if (name == "ice-ufrag") {
    if (!IsIceText(value, 4)) return Fail(ErrorCode::kMalformed, "bad ice-ufrag");
    ice.ufrag = value;
  } else if (name == "ice-pwd") {
    if (!IsIceText(value, 22)) return Fail(ErrorCode::kMalformed, "bad ice-pwd");
    ice.pwd = value;
  } else if (name == "ice-options") {
    ParseIceOptions(value, ice);
  } else if (name == "candidate") {
    return ParseCandidateLine(value, ice);
  } else if (name == "end-of-candidates") {
    ice.end_of_candidates = true;
  } else if (name == "fingerprint") {
    return ParseFingerprint(value, dtls);
  } else if (name == "setup") {
    dtls.setup = FromName(kDtlsSetupNames, value);
    if (!dtls.setup) return Fail(ErrorCode::kMalformed, "bad setup");
  }
  return {};
}

}  // namespace continuo
