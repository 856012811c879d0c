// SPDX-License-Identifier: Apache-2.0
// What reading and writing an RTP header costs, beside a copy of as many bytes in the same run: the
// copy is the least that any implementation pays, so quote the ratio, not the nanoseconds.
#include "transport/wire/rtp_header.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>

#include "transport/wire/rtp_extensions.h"

namespace continuo {
namespace {

// An audio packet as Chromium sends it: level, transport sequence number and MID.
constexpr uint8_t kLevelId = 1;
constexpr uint8_t kSequenceId = 3;
constexpr uint8_t kMidId = 4;
constexpr std::array<uint8_t, 1> kLevel{0x85};
constexpr std::array<uint8_t, 1> kMid{'0'};
constexpr size_t kPayloadSize = 80;

struct Packet {
  std::array<uint8_t, 256> bytes{};
  size_t header_size = 0;
  size_t size = 0;
};

size_t Write(uint16_t sequence, MutableBytes out) {
  const std::array<uint8_t, 2> transport_sequence = WriteTransportSequence(sequence);
  const std::array<RtpExtension, 3> extensions{
      {{kLevelId, kLevel}, {kSequenceId, transport_sequence}, {kMidId, kMid}}};
  const RtpHeader header{.marker = false,
                         .payload_type = 111,
                         .sequence_number = sequence,
                         .timestamp = sequence * 960u,
                         .ssrc = Ssrc(0xcafebabe)};
  return WriteRtpHeader(header, extensions, out);
}

Packet AudioPacket() {
  Packet packet;
  packet.header_size = Write(1, packet.bytes);
  packet.size = packet.header_size + kPayloadSize;
  return packet;
}

void CopyHeader(benchmark::State& state) {
  const Packet packet = AudioPacket();
  std::array<uint8_t, 256> out;
  // Not known to the compiler, as it isn't to the parser.
  size_t size = packet.header_size;
  for (auto _ : state) {
    benchmark::DoNotOptimize(size);
    std::memcpy(out.data(), packet.bytes.data(), size);
    benchmark::ClobberMemory();
  }
}

void ParseHeader(benchmark::State& state) {
  const Packet packet = AudioPacket();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseRtp(ByteView(packet.bytes).first(packet.size)));
  }
}

void ParseHeaderAndThreeExtensions(benchmark::State& state) {
  const Packet packet = AudioPacket();
  for (auto _ : state) {
    const auto parsed = ParseRtp(ByteView(packet.bytes).first(packet.size));
    if (!parsed) return state.SkipWithError("the packet doesn't parse");
    for (const uint8_t id : {kLevelId, kSequenceId, kMidId}) {
      benchmark::DoNotOptimize(parsed->Extension(id));
    }
  }
}

void WriteHeaderWithThreeExtensions(benchmark::State& state) {
  std::array<uint8_t, 256> out;
  uint16_t sequence = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Write(sequence++, out));
    benchmark::ClobberMemory();
  }
}

BENCHMARK(CopyHeader);
BENCHMARK(ParseHeader);
BENCHMARK(ParseHeaderAndThreeExtensions);
BENCHMARK(WriteHeaderWithThreeExtensions);

}  // namespace
}  // namespace continuo

BENCHMARK_MAIN();
