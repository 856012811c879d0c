// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/secret.h"

namespace continuo {

// DTLS-SRTP protection profiles, by their number in the use_srtp extension. RFC 5764 §4.1.2,
// RFC 7714 §14.2.
enum class SrtpProfile : uint16_t {
  kAes128CmSha1_80 = 0x0001,
  kAeadAes128Gcm = 0x0007,
  kAeadAes256Gcm = 0x0008,
};

// What we would rather use, first.
inline constexpr std::array<SrtpProfile, 3> kSrtpProfiles{
    SrtpProfile::kAeadAes256Gcm, SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80};

// In bytes. A protected packet is longer than a plain one by exactly the overhead.
struct SrtpProfileSizes {
  size_t key;
  size_t salt;
  size_t authentication_key;  // 0 for AEAD profiles
  size_t tag;
  size_t rtp_overhead() const { return tag; }
  size_t rtcp_overhead() const { return tag + 4; }  // and the SRTCP index
};

constexpr SrtpProfileSizes SizesOf(SrtpProfile profile) {
  switch (profile) {
    case SrtpProfile::kAeadAes256Gcm:
      return {.key = 32, .salt = 12, .authentication_key = 0, .tag = 16};
    case SrtpProfile::kAeadAes128Gcm:
      return {.key = 16, .salt = 12, .authentication_key = 0, .tag = 16};
    case SrtpProfile::kAes128CmSha1_80:
      break;
  }
  return {.key = 16, .salt = 14, .authentication_key = 20, .tag = 10};
}

// Room to leave behind any packet that may be protected, whatever the profile.
inline constexpr size_t kMaxSrtpOverhead = 20;

// The master key of one direction.
struct SrtpMasterKey {
  SecretBytes key;
  SecretBytes salt;
};

// What a DTLS handshake yields: the client seals with one, the server with the other.
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes256Gcm;
  SrtpMasterKey client;
  SrtpMasterKey server;
};

}  // namespace continuo
