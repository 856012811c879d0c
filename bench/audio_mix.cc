// SPDX-License-Identifier: Apache-2.0
// One tick of a room with 3 talkers and 50 listeners, beside the 50 Opus encodes that a mixer with
// an encoder per listener makes of the same tick. Both alternate in one run: compare within a row
// only.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "codecs/registry.h"
#include "mcu/audio/audio_mixer.h"

namespace continuo {
namespace {

constexpr uint32_t kTalkers = 3;

class CountingSink : public AudioMixSink {
 public:
  void OnPrivateAudio(ParticipantId, Rung, int64_t, ByteView opus) override {
    bytes += opus.size();
  }
  void OnSharedAudio(Rung, int64_t, ByteView opus) override { bytes += opus.size(); }
  size_t bytes = 0;
};

// Something voiced: a few harmonics, swelling four times a second, and a little noise.
AudioFrame Speak(uint32_t talker, int64_t tick, Prng& random) {
  AudioFrame frame;
  for (size_t i = 0; i < kSamplesPerTick; ++i) {
    const double t = static_cast<double>(tick * 960 + static_cast<int64_t>(i)) / kAudioClockRate;
    double sum = 200 * (random.Unit() - 0.5);
    for (int h = 1; h <= 8; ++h) {
      sum += 2000.0 / h * std::sin(2 * std::numbers::pi * h * (110 + 40 * talker) * t);
    }
    sum *= 0.6 + 0.4 * std::sin(2 * std::numbers::pi * 4 * t + talker);
    frame[i] = static_cast<int16_t>(std::lround(sum));
  }
  return frame;
}

struct Packet {
  std::array<uint8_t, kMaxAudioPayload> bytes;
  size_t size = 0;
};

double Micros(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double, std::micro>(d).count();
}

void BM_MixTickBesideEncoderPerListener(benchmark::State& state) {
  const auto listeners = static_cast<uint32_t>(state.range(0));
  AudioMixProbe probe;
  AudioMixer mixer({.make_decoder = CreateAudioDecoder, .make_encoder = CreateAudioEncoder}, probe);
  std::vector<Voice> voices;
  for (uint32_t n = 1; n <= kTalkers + listeners; ++n) {
    voices.push_back({.participant = ParticipantId(n), .sends_audio = n <= kTalkers});
  }
  if (!mixer.SetVoices(voices, 1)) return state.SkipWithError("no codecs");

  Prng random(1);
  std::vector<std::unique_ptr<AudioEncoder>> talkers;
  std::vector<std::unique_ptr<AudioEncoder>> per_listener;
  for (uint32_t n = 0; n < kTalkers; ++n) {
    talkers.push_back(*CreateAudioEncoder(SpecOf(Rung::kHd).audio_rate));
  }
  for (uint32_t n = 0; n < listeners; ++n) {
    per_listener.push_back(*CreateAudioEncoder(SpecOf(Rung::kHd).audio_rate));
  }
  CountingSink sink;
  double mix_us = 0;
  double encoders_us = 0;
  int64_t tick = 0;
  for (auto _ : state) {
    std::array<Packet, kTalkers> packets;
    AudioFrame mix{};
    for (uint32_t n = 0; n < kTalkers; ++n) {
      const AudioFrame frame = Speak(n, tick, random);
      packets[n].size = talkers[n]->Encode(frame, packets[n].bytes)->size();
      for (size_t i = 0; i < kSamplesPerTick; ++i) mix[i] = static_cast<int16_t>(mix[i] + frame[i]);
    }
    const Timestamp now = Timestamp::Millis(1000 + 20 * tick);

    const auto start = std::chrono::steady_clock::now();
    for (uint32_t n = 0; n < kTalkers; ++n) {
      mixer.Insert(ParticipantId(n + 1),
                   {tick, tick * 960, now, ByteView(packets[n].bytes).first(packets[n].size)});
    }
    mixer.Tick(tick, now, sink);
    const auto mixed = std::chrono::steady_clock::now();
    std::array<uint8_t, kMaxAudioPayload> out;
    for (auto& encoder : per_listener) benchmark::DoNotOptimize(encoder->Encode(mix, out));
    const auto encoded = std::chrono::steady_clock::now();

    mix_us += Micros(mixed - start);
    encoders_us += Micros(encoded - mixed);
    ++tick;
    state.SetIterationTime(Micros(mixed - start) / 1e6);
  }
  const auto ticks = static_cast<double>(tick);
  state.counters["tick_us"] = mix_us / ticks;
  state.counters["per_listener_us"] = encoders_us / ticks;
  state.counters["ratio"] = encoders_us / mix_us;
  state.counters["encodes_per_tick"] =
      static_cast<double>(probe.shared_encodes[0].value() + probe.private_encodes.value()) / ticks;
}
BENCHMARK(BM_MixTickBesideEncoderPerListener)
    ->Arg(0)
    ->Arg(5)
    ->Arg(50)
    ->Arg(200)
    ->UseManualTime()
    ->Iterations(500);

}  // namespace
}  // namespace continuo

BENCHMARK_MAIN();
