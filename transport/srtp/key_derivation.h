// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "crypto/secret.h"
#include "transport/srtp/srtp_profile.h"

namespace continuo {

enum class SrtpStreamKind : uint8_t { kRtp, kRtcp };

// The keys that packets of one direction and one kind are really sealed with.
struct SrtpSessionKeys {
  SecretBytes encryption;
  SecretBytes authentication;  // empty for AEAD profiles
  SecretBytes salt;
};

// RFC 3711 §4.3 with a key derivation rate of 0: AES-CM as the PRF, under a 256-bit master key for
// AEAD_AES_256_GCM (RFC 6188, RFC 7714 §11). kInvalidArgument for sizes that don't fit the profile.
Result<SrtpSessionKeys> DeriveSessionKeys(SrtpProfile profile, const SrtpMasterKey& master,
                                          SrtpStreamKind kind);

}  // namespace continuo
