// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "transport/wire/rtcp.h"
#include "transport/wire/rtcp_format.h"
#include "transport/wire/word.h"

namespace continuo {
namespace {

// Every RTCP packet begins so, RFC 3550 §6.4.1; C is a count or, in feedback, the message type:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P|    C    |  packet type  |  length in words, minus one   |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct RtcpPacket {
  uint8_t count = 0;
  uint8_t type = 0;
  ByteView bytes;  // header included, padding removed
  ByteReader Body() const { return ByteReader(bytes.subspan(kRtcpHeaderSize)); }
};

// More than any compound of sane clients holds; a bound on the work one datagram can ask for.
constexpr int kMaxPacketsInCompound = 64;
// Faster than any path of ours, small enough that arithmetic on it can't overflow, and a value that
// the field can hold.
constexpr int64_t kMaxRembBitrate = int64_t{1} << 40;

enum class Outcome : uint8_t { kUnderstood, kIgnored, kMalformed };

std::optional<RtcpPacket> NextPacket(ByteReader& compound) {
  ByteReader header = compound;
  const uint8_t first = header.U8();
  RtcpPacket packet;
  packet.count = first & kRtcpCountMask;
  packet.type = header.U8();
  packet.bytes = compound.Bytes((header.U16() + size_t{1}) * 4);
  if (!header.ok() || !compound.ok() || (first & kRtcpVersionMask) != kRtcpVersion2) {
    return std::nullopt;
  }
  if ((first & kRtcpPaddingBit) != 0) {
    const size_t padding = packet.bytes.back();
    if (padding == 0 || padding > packet.bytes.size() - kRtcpHeaderSize) return std::nullopt;
    packet.bytes = packet.bytes.first(packet.bytes.size() - padding);
  }
  return packet;
}

bool IsWellFramed(ByteView compound) {
  ByteReader reader(compound);
  for (int i = 0; i < kMaxPacketsInCompound; ++i) {
    if (!NextPacket(reader)) return false;
    if (reader.remaining() == 0) return true;
  }
  return false;
}

ReportBlock ReadReportBlock(ByteReader& reader) {
  ReportBlock block;
  block.source = Ssrc(reader.U32());
  block.fraction_lost = reader.U8();
  // 24 bits, signed: duplicates make it negative.
  block.cumulative_lost = static_cast<int32_t>(reader.U24() << 8) >> 8;
  block.extended_highest_sequence = reader.U32();
  block.jitter = reader.U32();
  block.last_sr = reader.U32();
  block.delay_since_last_sr = reader.U32();
  return block;
}

Outcome ReadReportBlocks(ByteReader& reader, Ssrc reporter, int count, RtcpObserver& observer) {
  for (int i = 0; i < count; ++i) {
    observer.OnReportBlock(reporter, ReadReportBlock(reader));
  }
  return Outcome::kUnderstood;
}

Outcome ReadSenderReport(const RtcpPacket& packet, RtcpObserver& observer) {
  constexpr size_t kSenderInfoSize = 24;
  ByteReader reader = packet.Body();
  if (reader.remaining() < kSenderInfoSize + packet.count * kReportBlockSize) {
    return Outcome::kMalformed;
  }
  SenderInfo sender;
  sender.ssrc = Ssrc(reader.U32());
  sender.ntp = NtpTime(reader.U64());
  sender.rtp_timestamp = reader.U32();
  sender.packet_count = reader.U32();
  sender.octet_count = reader.U32();
  observer.OnSenderInfo(sender);
  return ReadReportBlocks(reader, sender.ssrc, packet.count, observer);
}

Outcome ReadReceiverReport(const RtcpPacket& packet, RtcpObserver& observer) {
  ByteReader reader = packet.Body();
  if (reader.remaining() < 4 + packet.count * kReportBlockSize) return Outcome::kMalformed;
  const Ssrc reporter(reader.U32());
  return ReadReportBlocks(reader, reporter, packet.count, observer);
}

// RFC 3550 §6.5: chunks of |SSRC|item|item|...|0|, each padded with zeros to a whole word, items of
// |type|length|text|.
Outcome ReadSourceDescription(const RtcpPacket& packet, RtcpObserver& observer) {
  ByteReader reader = packet.Body();
  for (int chunk = 0; chunk < packet.count; ++chunk) {
    const Ssrc source(reader.U32());
    while (reader.ok()) {
      const uint8_t type = reader.U8();
      if (type == kSdesEnd) break;
      const ByteView text = reader.Bytes(reader.U8());
      if (reader.ok() && type == kSdesCname) {
        observer.OnCname(source, {reinterpret_cast<const char*>(text.data()), text.size()});
      }
    }
    reader.Skip(RoundUpToWord(reader.position()) - reader.position());
    if (!reader.ok()) return Outcome::kMalformed;
  }
  return Outcome::kUnderstood;
}

Outcome ReadBye(const RtcpPacket& packet, RtcpObserver& observer) {
  ByteReader reader = packet.Body();
  if (reader.remaining() < size_t{4} * packet.count) return Outcome::kMalformed;
  for (int i = 0; i < packet.count; ++i) observer.OnBye(Ssrc(reader.U32()));
  return Outcome::kUnderstood;
}

// RFC 4585 §6.2.1: entries of |packet id|bitmask of the 16 packets that follow it|.
Outcome ReadNack(ByteReader reader, RtcpObserver& observer) {
  Nack nack;
  nack.sender = Ssrc(reader.U32());
  nack.media = Ssrc(reader.U32());
  std::array<uint16_t, kMaxNackedPackets> sequences;
  size_t count = 0;
  const auto add = [&](uint16_t sequence) {
    if (count < sequences.size()) sequences[count++] = sequence;
  };
  if (!reader.ok() || reader.remaining() == 0) return Outcome::kMalformed;
  while (reader.remaining() > 0 && count < sequences.size()) {
    const uint16_t packet_id = reader.U16();
    const uint16_t bitmask = reader.U16();
    if (!reader.ok()) return Outcome::kMalformed;
    add(packet_id);
    for (int bit = 0; bit < 16; ++bit) {
      if ((bitmask >> bit & 1) != 0) add(static_cast<uint16_t>(packet_id + bit + 1));
    }
  }
  nack.sequences = std::span(sequences).first(count);
  observer.OnNack(nack);
  return Outcome::kUnderstood;
}

Outcome ReadPli(ByteReader reader, RtcpObserver& observer) {
  const Ssrc sender(reader.U32());
  const Ssrc media(reader.U32());
  if (!reader.ok()) return Outcome::kMalformed;
  observer.OnPli({sender, media});
  return Outcome::kUnderstood;
}

// RFC 5104 §4.3.1.1: the media SSRC of the header is unused; entries of |SSRC|seq nr|reserved|.
Outcome ReadFir(ByteReader reader, RtcpObserver& observer) {
  const Ssrc sender(reader.U32());
  reader.Skip(4);
  if (!reader.ok() || reader.remaining() == 0) return Outcome::kMalformed;
  while (reader.remaining() > 0) {
    Fir fir{.sender = sender, .media = Ssrc(reader.U32()), .command_sequence = reader.U8()};
    reader.Skip(3);
    if (!reader.ok()) return Outcome::kMalformed;
    observer.OnFir(fir);
  }
  return Outcome::kUnderstood;
}

// |exponent: 6|mantissa: 18|
DataRate RembBitrate(uint32_t field) {
  const uint32_t exponent = field >> kRembMantissaBits;
  const int64_t mantissa = field & ((1 << kRembMantissaBits) - 1);
  const bool beyond = mantissa > (kMaxRembBitrate >> exponent);
  return DataRate::BitsPerSec(beyond ? kMaxRembBitrate : mantissa << exponent);
}

// |sender|0|"REMB"|count: 8|bitrate: 24|SSRC x count|
Outcome ReadRemb(ByteReader reader, RtcpObserver& observer) {
  Remb remb;
  remb.sender = Ssrc(reader.U32());
  reader.Skip(4);
  if (reader.U32() != kRembIdentifier) return Outcome::kIgnored;
  const uint8_t count = reader.U8();
  remb.bitrate = RembBitrate(reader.U24());
  std::array<Ssrc, 255> media;
  for (Ssrc& ssrc : std::span(media).first(count)) ssrc = Ssrc(reader.U32());
  if (!reader.ok()) return Outcome::kMalformed;
  remb.media = std::span(media).first(count);
  observer.OnRemb(remb);
  return Outcome::kUnderstood;
}

Outcome ReadTransportFeedback(const RtcpPacket& packet, RtcpObserver& observer) {
  const auto feedback = TransportFeedback::Parse(packet.bytes);
  if (!feedback) return Outcome::kMalformed;
  observer.OnTransportFeedback(*feedback);
  return Outcome::kUnderstood;
}

Outcome ReadPacket(const RtcpPacket& packet, RtcpObserver& observer) {
  switch (packet.type) {
    case kRtcpSenderReport:
      return ReadSenderReport(packet, observer);
    case kRtcpReceiverReport:
      return ReadReceiverReport(packet, observer);
    case kRtcpSourceDescription:
      return ReadSourceDescription(packet, observer);
    case kRtcpBye:
      return ReadBye(packet, observer);
    case kRtcpTransportFeedback:
      if (packet.count == kFmtNack) return ReadNack(packet.Body(), observer);
      if (packet.count == kFmtTransportWideFeedback) return ReadTransportFeedback(packet, observer);
      return Outcome::kIgnored;
    case kRtcpPayloadFeedback:
      if (packet.count == kFmtPli) return ReadPli(packet.Body(), observer);
      if (packet.count == kFmtFir) return ReadFir(packet.Body(), observer);
      if (packet.count == kFmtApplication) return ReadRemb(packet.Body(), observer);
      return Outcome::kIgnored;
    default:
      return Outcome::kIgnored;
  }
}

}  // namespace

RtcpTally ParseRtcp(ByteView compound, RtcpObserver& observer) {
  if (!IsWellFramed(compound)) return {.malformed = 1};
  RtcpTally tally;
  ByteReader reader(compound);
  while (const auto packet = NextPacket(reader)) {
    switch (ReadPacket(*packet, observer)) {
      case Outcome::kUnderstood:
        ++tally.understood;
        break;
      case Outcome::kIgnored:
        ++tally.ignored;
        break;
      case Outcome::kMalformed:
        ++tally.malformed;
        break;
    }
  }
  return tally;
}

}  // namespace continuo
