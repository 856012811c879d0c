// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/key_derivation.h"

#include <algorithm>
#include <utility>

#include "crypto/aead.h"

namespace continuo {
namespace {

// RFC 3711 §4.3.2. SRTCP's are these plus 3.
enum Label : uint8_t { kEncryption = 0, kAuthentication = 1, kSalt = 2 };
constexpr uint8_t kRtcpLabels = 3;

// x = (label || 0^48) XOR master_salt, both right-aligned in 112 bits; a 96-bit salt is shifted to
// the left end first (RFC 7714 §11). The key is the keystream from x * 2^16 on.
SecretBytes DeriveKey(AesCtr& prf, ByteView salt, uint8_t label, size_t size) {
  AesCtr::Counter counter{};
  std::copy(salt.begin(), salt.end(), counter.begin());
  counter[7] ^= label;
  SecretBytes key(size);
  prf.Apply(counter, key.view(), key.bytes());
  return key;
}

}  // namespace

Result<SrtpSessionKeys> DeriveSessionKeys(SrtpProfile profile, const SrtpMasterKey& master,
                                          SrtpStreamKind kind) {
  const SrtpProfileSizes sizes = SizesOf(profile);
  if (master.key.size() != sizes.key || master.salt.size() != sizes.salt) {
    return Fail(ErrorCode::kInvalidArgument, "an SRTP master key does not fit its profile");
  }
  auto prf = AesCtr::Create(master.key.view());
  if (!prf) return tl::unexpected(prf.error());
  const auto derive = [&](Label label, size_t size) {
    const auto number =
        static_cast<uint8_t>(label + (kind == SrtpStreamKind::kRtcp ? kRtcpLabels : 0));
    return DeriveKey(*prf, master.salt.view(), number, size);
  };
  return SrtpSessionKeys{.encryption = derive(kEncryption, sizes.key),
                         .authentication = derive(kAuthentication, sizes.authentication_key),
                         .salt = derive(kSalt, sizes.salt)};
}

}  // namespace continuo
