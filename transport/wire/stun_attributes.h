// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace continuo {

inline constexpr uint32_t kStunMagicCookie = 0x2112a442;

// Attribute types: RFC 8489 §18.3, RFC 8445 §16.1.
inline constexpr uint16_t kStunUsername = 0x0006;
inline constexpr uint16_t kStunMessageIntegrity = 0x0008;
inline constexpr uint16_t kStunErrorCode = 0x0009;
inline constexpr uint16_t kStunUnknownAttributes = 0x000a;
inline constexpr uint16_t kStunXorMappedAddress = 0x0020;
inline constexpr uint16_t kStunPriority = 0x0024;
inline constexpr uint16_t kStunUseCandidate = 0x0025;
inline constexpr uint16_t kStunSoftware = 0x8022;
inline constexpr uint16_t kStunFingerprint = 0x8028;
inline constexpr uint16_t kStunIceControlled = 0x8029;
inline constexpr uint16_t kStunIceControlling = 0x802a;

// Types below this one have to be understood by whoever is to accept the message, §14.
inline constexpr uint16_t kStunFirstOptional = 0x8000;

// Address families of XOR-MAPPED-ADDRESS, §14.1.
inline constexpr uint8_t kStunIpv4 = 1;
inline constexpr uint8_t kStunIpv6 = 2;

// RFC 8489 §14.7: the CRC is XORed with this, so that it differs from one of the carried protocol.
inline constexpr uint32_t kStunFingerprintXor = 0x5354554e;

inline constexpr size_t kStunAttributeHeaderSize = 4;
inline constexpr size_t kStunMacSize = 20;
inline constexpr size_t kStunFingerprintSize = 4;
// Bytes. RFC 8839 §5.4 allows two fragments of 256 with a colon between, a little more than §14.3.
inline constexpr size_t kMaxStunUsername = 513;
inline constexpr size_t kMaxStunText = 763;  // bytes, §14.8 and §14.14

}  // namespace continuo
