// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace continuo {

enum class IfExists : uint8_t { kReplace, kRefuse };

// Files that only the server's user may read. Writing is atomic and durable: after a crash there is
// the old file or the new one, whole, with mode 0600. Refusing is kAlreadyExists.
Status WritePrivateFile(const std::string& path, ByteView content, IfExists if_exists);

// kNotFound when absent; kPermissionDenied when it is not a plain file, or when others than its
// owner may read or write it; kMalformed when it is longer than `max_size`.
Result<SecretBytes> ReadPrivateFile(const std::string& path, size_t max_size);

}  // namespace continuo
