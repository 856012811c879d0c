// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/stun_key.h"

namespace continuo {

StunKey::StunKey(std::string_view password)
    : hmac_(ByteView(reinterpret_cast<const uint8_t*>(password.data()), password.size())) {}

bool StunKey::Authenticates(const StunMessage& message) const {
  const auto input = message.IntegrityInput();
  return input && hmac_.Verify({ByteView(input->header), input->body}, input->received_mac);
}

void StunKey::Seal(StunWriter& writer) const {
  writer.AppendIntegrity(hmac_.Compute(writer.BeginIntegrity()));
  writer.AppendFingerprint();
}

}  // namespace continuo
