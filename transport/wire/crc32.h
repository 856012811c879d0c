// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace continuo {

// The CRC-32 of ITU-T V.42, which STUN's FINGERPRINT uses (RFC 8489 §14.7). A checksum, no MAC.
uint32_t Crc32(ByteView bytes);

}  // namespace continuo
