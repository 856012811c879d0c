// SPDX-License-Identifier: Apache-2.0
#include "bench/added_latency_sound.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <span>

#include "codecs/registry.h"
#include "media/audio_frame.h"
#include "media/audio_packet.h"

namespace continuo {
namespace {

constexpr int64_t kRate = 48'000;
// 310 ms and a bit: so that beeps begin all over a packet.
constexpr int64_t kPeriod = 310 * kRate / 1000 + 53;
constexpr int64_t kLength = 60 * kRate / 1000;
constexpr int kLoud = 2000;
constexpr int kQuiet = 400;
constexpr int kQuietSamples = 100 * kRate / 1000;

int16_t SampleAt(int64_t n) {
  const int64_t in_period = n % kPeriod;
  // It begins with silence.
  if (in_period < kPeriod - kLength) return 0;
  return static_cast<int16_t>(
      std::lround(12'000 * std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(n) / kRate)));
}

// Finds where sound begins after silence.
class OnsetFinder {
 public:
  // The onset's place in `samples`, or -1.
  int Find(std::span<const int16_t> samples) {
    int onset = -1;
    for (size_t i = 0; i < samples.size(); ++i) {
      const int loudness = std::abs(samples[i]);
      if (loudness > kLoud && quiet_ >= kQuietSamples) onset = static_cast<int>(i);
      quiet_ = loudness < kQuiet || (quiet_ >= kQuietSamples && loudness <= kLoud) ? quiet_ + 1 : 0;
    }
    return onset;
  }

 private:
  int quiet_ = 0;  // samples
};

}  // namespace

Result<std::vector<std::vector<uint8_t>>> MakeBeeps(int seconds) {
  auto encoder = CreateAudioEncoder(DataRate::KilobitsPerSec(32));
  if (!encoder) return tl::unexpected(encoder.error());
  std::vector<std::vector<uint8_t>> payloads;
  std::array<uint8_t, kMaxAudioPayload> buffer{};
  int64_t n = 0;
  for (int tick = 0; tick < seconds * 50; ++tick) {
    AudioFrame frame;
    for (int16_t& sample : frame) sample = SampleAt(n++);
    const auto payload = (*encoder)->Encode(frame, buffer);
    if (!payload) return tl::unexpected(payload.error());
    payloads.emplace_back(payload->begin(), payload->end());
  }
  return payloads;
}

Result<std::vector<Timestamp>> FindBeeps(const std::vector<TimedPacket>& packets) {
  auto decoder = CreateAudioDecoder();
  if (!decoder) return tl::unexpected(decoder.error());
  std::vector<Timestamp> onsets;
  OnsetFinder finder;
  std::array<int16_t, 5760> samples{};
  int64_t next_tick = packets.empty() ? 0 : packets.front().tick;
  for (const TimedPacket& packet : packets) {
    for (; next_tick < packet.tick; ++next_tick) {
      const auto hole = std::span(samples).first(kSamplesPerTick);
      if ((*decoder)->Conceal(hole)) finder.Find(hole);
    }
    const auto decoded = (*decoder)->Decode(packet.opus, samples);
    if (!decoded) return tl::unexpected(decoded.error());
    const int onset = finder.Find(std::span(samples).first(*decoded));
    if (onset >= 0) {
      onsets.push_back(packet.time + TimeDelta::Seconds(1) * onset / kRate);
    }
    ++next_tick;
  }
  return onsets;
}

}  // namespace continuo
