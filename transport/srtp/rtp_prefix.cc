// SPDX-License-Identifier: Apache-2.0
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//  |                           timestamp                           |
//  |                             SSRC                              |
//  |                       CC times a CSRC                         |
//  |  if X: defined by profile     |    length in 32-bit words     |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#include "transport/srtp/rtp_prefix.h"

namespace continuo {

std::optional<RtpPrefix> ReadRtpPrefix(ByteView packet) {
  ByteReader reader(packet);
  const uint8_t first = reader.U8();
  reader.Skip(1);
  RtpPrefix prefix;
  prefix.sequence = reader.U16();
  reader.Skip(4);
  prefix.ssrc = Ssrc(reader.U32());
  reader.Skip(size_t{first & 0x0fu} * 4);
  if ((first & 0x10) != 0) {
    reader.Skip(2);
    reader.Skip(size_t{reader.U16()} * 4);
  }
  if (!reader.ok() || first >> 6 != 2) return std::nullopt;
  prefix.header_size = reader.position();
  return prefix;
}

std::optional<Ssrc> ReadRtcpSsrc(ByteView packet) {
  ByteReader reader(packet);
  const uint8_t first = reader.U8();
  reader.Skip(3);
  const Ssrc ssrc(reader.U32());
  if (!reader.ok() || first >> 6 != 2) return std::nullopt;
  return ssrc;
}

}  // namespace continuo
