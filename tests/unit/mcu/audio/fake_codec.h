// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numbers>
#include <span>
#include <vector>

#include "codecs/audio_codec.h"
#include "media/audio_packet.h"

namespace continuo::test {

// What a fake payload says. The decoder computes the sound from the sample's place in the sender's
// time, so a test knows exactly what should come out, and when.
struct FakeSound {
  enum class Kind : uint8_t {
    kTone,      // amplitude * sin(2 pi * hertz * t)
    kTimeCode,  // kTimeCodeBase + t in milliseconds, modulo kTimeCodeSpan
    kNoise,     // hertz is the seed
  };
  Kind kind = Kind::kTone;
  uint8_t steps = 8;  // length, in 2.5 ms
  bool fec = true;    // tells the sound of the packet before it, too
  int16_t amplitude = 0;
  uint16_t hertz = 0;
  int64_t start = 0;  // in samples

  size_t samples() const { return steps * size_t{120}; }
};

inline constexpr int kTimeCodeBase = 1000;
inline constexpr int kTimeCodeSpan = 30'000;
inline constexpr uint8_t kFakeMagic = 0xfa;
using FakePayload = std::array<uint8_t, 1 + sizeof(FakeSound)>;

inline FakePayload ToPayload(const FakeSound& sound) {
  FakePayload payload{kFakeMagic};
  std::memcpy(payload.data() + 1, &sound, sizeof(sound));
  return payload;
}

inline int16_t SampleAt(const FakeSound& sound, int64_t t) {
  switch (sound.kind) {
    case FakeSound::Kind::kTone:
      return static_cast<int16_t>(std::lround(
          sound.amplitude *
          std::sin(2 * std::numbers::pi * static_cast<double>(t * sound.hertz % 48'000) / 48'000)));
    case FakeSound::Kind::kTimeCode:
      return static_cast<int16_t>(kTimeCodeBase + t / 48 % kTimeCodeSpan);
    case FakeSound::Kind::kNoise:
      break;
  }
  uint64_t z = (static_cast<uint64_t>(t) + sound.hertz * 7919u) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 31)) * 0x94d049bb133111ebu;
  return static_cast<int16_t>((static_cast<int>(z >> 48) - 32768) * sound.amplitude / 32768);
}

// Decodes FakeSounds. Concealment goes on with the last one, as a perfect concealer would.
class FakeDecoder final : public AudioDecoder {
 public:
  Result<size_t> SamplesIn(ByteView payload) const override {
    const auto sound = Parse(payload);
    if (!sound) return tl::unexpected(sound.error());
    return sound->samples();
  }
  Result<size_t> Decode(ByteView payload, std::span<int16_t> out) override {
    const auto sound = Parse(payload);
    if (!sound) return tl::unexpected(sound.error());
    last_ = *sound;
    next_ = last_.start;
    Go(out.first(last_.samples()));
    return last_.samples();
  }
  Status DecodeFec(ByteView next, std::span<int16_t> out) override {
    const auto sound = Parse(next);
    if (!sound) return tl::unexpected(sound.error());
    if (!sound->fec) return Conceal(out);
    last_ = *sound;
    next_ = last_.start - static_cast<int64_t>(out.size());
    Go(out);
    return {};
  }
  Status Conceal(std::span<int16_t> out) override {
    if (out.empty() || out.size() % 120 != 0) {
      return Fail(ErrorCode::kInvalidArgument, "no such length");
    }
    Go(out);
    return {};
  }

 private:
  static Result<FakeSound> Parse(ByteView payload) {
    if (payload.size() != sizeof(FakePayload) || payload[0] != kFakeMagic) {
      return Fail(ErrorCode::kMalformed, "not a fake sound");
    }
    FakeSound sound;
    std::memcpy(&sound, payload.data() + 1, sizeof(sound));
    return sound;
  }
  void Go(std::span<int16_t> out) {
    for (int16_t& s : out) s = SampleAt(last_, next_++);
  }
  FakeSound last_;
  int64_t next_ = 0;
};

// Every second sample, so that a tick fits in a payload: tones up to some kHz survive.
class FakeEncoder final : public AudioEncoder {
 public:
  Result<ByteView> Encode(const AudioFrame& frame, MutableBytes out) override {
    for (size_t i = 0; i < kSamplesPerTick / 2; ++i) {
      std::memcpy(out.data() + 2 * i, &frame[2 * i], sizeof(int16_t));
    }
    return out.first(kSamplesPerTick);
  }
};

inline std::vector<int16_t> DecodeFakePayload(ByteView payload) {
  std::vector<int16_t> samples(payload.size() / 2);
  std::memcpy(samples.data(), payload.data(), samples.size() * 2);
  return samples;
}

// The amplitude of one tone in a sound, as Goertzel measures it (Hann window).
inline double ToneAmplitude(std::span<const int16_t> sound, double hertz, double rate) {
  double re = 0;
  double im = 0;
  double weight = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const double n = static_cast<double>(i);
    const double w =
        0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / static_cast<double>(sound.size()));
    const double angle = 2 * std::numbers::pi * hertz * n / rate;
    re += w * sound[i] * std::cos(angle);
    im += w * sound[i] * std::sin(angle);
    weight += w;
  }
  return 2 * std::sqrt(re * re + im * im) / weight;
}

// The largest change from one sample to the next.
inline int LargestStep(std::span<const int16_t> sound) {
  int largest = 0;
  for (size_t i = 1; i < sound.size(); ++i) {
    largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  }
  return largest;
}

}  // namespace continuo::test
