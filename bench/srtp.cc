// SPDX-License-Identifier: Apache-2.0
// Seals of AEAD_AES_256_GCM, ours and libsrtp2's (a NSS build in Debian), on the same packets in
// the same run. What counts is their ratio; 160 bytes is a voice packet, 1200 a fat video packet.
#include <benchmark/benchmark.h>
#include <srtp2/srtp.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/bytes.h"
#include "crypto/random.h"
#include "transport/srtp/srtp_sender.h"

namespace continuo {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr auto kProfile = SrtpProfile::kAeadAes256Gcm;

void WriteHeader(uint16_t sequence, MutableBytes out) {
  ByteWriter writer(out);
  writer.U16(0x8060);
  writer.U16(sequence);
  writer.U32(90000);
  writer.U32(0x11223344);
}

SrtpMasterKey MakeKey() {
  SrtpMasterKey master{.key = SecretBytes(SizesOf(kProfile).key),
                       .salt = SecretBytes(SizesOf(kProfile).salt)};
  RandomBytes(master.key.bytes());
  RandomBytes(master.salt.bytes());
  return master;
}

void Report(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.SetItemsProcessed(state.iterations());
}

void OursFromSharedPayload(benchmark::State& state) {
  SrtpProbe probe;
  SrtpSender sender = *SrtpSender::Create(kProfile, MakeKey(), &probe);
  const std::vector<uint8_t> payload(static_cast<size_t>(state.range(0)) - kHeaderSize, 0x5a);
  std::vector<uint8_t> header(kHeaderSize);
  std::vector<uint8_t> out(2048);
  uint16_t sequence = 0;
  for (auto _ : state) {
    WriteHeader(++sequence, header);
    benchmark::DoNotOptimize(sender.SealRtp(header, payload, out));
  }
  if (probe.seal_refused.value() != 0) state.SkipWithError("refused");
  Report(state);
}

void OursInPlace(benchmark::State& state) {
  SrtpProbe probe;
  SrtpSender sender = *SrtpSender::Create(kProfile, MakeKey(), &probe);
  const auto size = static_cast<size_t>(state.range(0));
  std::vector<uint8_t> packet(2048);
  uint16_t sequence = 0;
  for (auto _ : state) {
    WriteHeader(++sequence, packet);
    benchmark::DoNotOptimize(sender.ProtectRtp(packet, size));
  }
  if (probe.seal_refused.value() != 0) state.SkipWithError("refused");
  Report(state);
}

void Libsrtp2(benchmark::State& state) {
  static const srtp_err_status_t initialised = srtp_init();
  if (initialised != srtp_err_status_ok) std::abort();
  const SrtpMasterKey master = MakeKey();
  std::vector<uint8_t> key(master.key.view().begin(), master.key.view().end());
  key.insert(key.end(), master.salt.view().begin(), master.salt.view().end());
  srtp_policy_t policy{};
  srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, srtp_profile_aead_aes_256_gcm);
  srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, srtp_profile_aead_aes_256_gcm);
  policy.ssrc.type = ssrc_any_outbound;
  policy.key = key.data();
  policy.window_size = 1024;
  srtp_t session = nullptr;
  if (srtp_create(&session, &policy) != srtp_err_status_ok) std::abort();
  alignas(8) uint8_t packet[2048] = {};
  uint16_t sequence = 0;
  for (auto _ : state) {
    WriteHeader(++sequence, packet);
    int size = static_cast<int>(state.range(0));
    if (srtp_protect(session, packet, &size) != srtp_err_status_ok) state.SkipWithError("refused");
  }
  srtp_dealloc(session);
  Report(state);
}

BENCHMARK(OursFromSharedPayload)->Arg(160)->Arg(1200);
BENCHMARK(OursInPlace)->Arg(160)->Arg(1200);
BENCHMARK(Libsrtp2)->Arg(160)->Arg(1200);

}  // namespace
}  // namespace continuo

BENCHMARK_MAIN();
