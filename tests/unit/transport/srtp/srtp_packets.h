// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "transport/srtp/srtp_profile.h"

// Packets and keys for tests of SRTP.
namespace continuo {

using Packet = std::vector<uint8_t>;

inline SrtpMasterKey MasterKey(SrtpProfile profile, uint8_t seed = 1) {
  SrtpMasterKey master{.key = SecretBytes(SizesOf(profile).key),
                       .salt = SecretBytes(SizesOf(profile).salt)};
  for (uint8_t& byte : master.key.bytes()) byte = seed = static_cast<uint8_t>(seed * 5 + 3);
  for (uint8_t& byte : master.salt.bytes()) byte = seed = static_cast<uint8_t>(seed * 5 + 3);
  return master;
}

struct RtpShape {
  Ssrc ssrc{0x11223344};
  uint16_t sequence = 1;
  size_t payload_size = 40;
  uint8_t csrcs = 0;
  int extension_words = -1;  // none
};

inline Packet RtpPacket(const RtpShape& shape) {
  Packet packet(2000);
  ByteWriter writer(packet);
  writer.U8(static_cast<uint8_t>(0x80 | (shape.extension_words >= 0 ? 0x10 : 0) | shape.csrcs));
  writer.U8(96);
  writer.U16(shape.sequence);
  writer.U32(90000);
  writer.U32(shape.ssrc.value());
  for (uint32_t i = 0; i < shape.csrcs; ++i) writer.U32(i);
  if (shape.extension_words >= 0) {
    writer.U16(0xbede);
    writer.U16(static_cast<uint16_t>(shape.extension_words));
    for (int i = 0; i < shape.extension_words; ++i) writer.U32(0x10aa0000);
  }
  for (size_t i = 0; i < shape.payload_size; ++i) writer.U8(static_cast<uint8_t>(i * 7));
  packet.resize(writer.size());
  return packet;
}

// A receiver report with `blocks` report blocks: 8 bytes, and 24 for each.
inline Packet RtcpPacket(Ssrc ssrc = Ssrc(0x55667788), uint8_t blocks = 1) {
  Packet packet(8 + size_t{blocks} * 24);
  ByteWriter writer(packet);
  writer.U8(static_cast<uint8_t>(0x80 | blocks));
  writer.U8(201);
  writer.U16(static_cast<uint16_t>(packet.size() / 4 - 1));
  writer.U32(ssrc.value());
  for (size_t i = 8; i < packet.size(); ++i) writer.U8(static_cast<uint8_t>(i));
  return packet;
}

inline std::string NameOf(SrtpProfile profile) {
  switch (profile) {
    case SrtpProfile::kAes128CmSha1_80:
      return "Aes128CmSha1_80";
    case SrtpProfile::kAeadAes128Gcm:
      return "AeadAes128Gcm";
    case SrtpProfile::kAeadAes256Gcm:
      return "AeadAes256Gcm";
  }
  return "none";
}

}  // namespace continuo
