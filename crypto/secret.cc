// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret.h"

#include <sodium.h>

#include <cstring>

#include "base/check.h"

namespace continuo {

SecretBytes::SecretBytes(size_t size) : size_(size) {
  if (size == 0) return;
  CONTINUO_CHECK(sodium_init() >= 0);  // its allocator needs it; cheap when done already
  data_ = static_cast<uint8_t*>(sodium_malloc(size));
  CONTINUO_CHECK(data_ != nullptr);
  std::memset(data_, 0, size);
}

SecretBytes SecretBytes::CopyOf(ByteView bytes) {
  SecretBytes copy(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.data_, bytes.data(), bytes.size());
  return copy;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

void Wipe(MutableBytes bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace continuo
