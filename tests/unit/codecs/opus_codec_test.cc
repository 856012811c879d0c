// SPDX-License-Identifier: Apache-2.0
#include "codecs/opus/opus_codec.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "base/random.h"
#include "codecs/registry.h"
#include "media/audio_packet.h"

namespace continuo {
namespace {

constexpr int kHz = 440;
using Payload = std::vector<uint8_t>;

// The `index`th 20 ms of a tone of amplitude 8000 with two overtones, so that it is taken for
// voice.
AudioFrame Tone(int index, int hz = kHz) {
  AudioFrame frame;
  for (size_t i = 0; i < frame.size(); ++i) {
    const double t = static_cast<double>(static_cast<size_t>(index) * kSamplesPerTick + i) / 48000;
    const double phase = 2 * std::numbers::pi * hz * t;
    frame[i] = static_cast<int16_t>(8000 * std::sin(phase) + 3000 * std::sin(2 * phase) +
                                    1500 * std::sin(3 * phase));
  }
  return frame;
}

double Rms(std::span<const int16_t> samples) {
  double sum = 0;
  for (const int16_t s : samples) sum += static_cast<double>(s) * s;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

// How strong one frequency is: the amplitude of its sine.
double AmplitudeAt(std::span<const int16_t> samples, double hz) {
  double re = 0;
  double im = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / 48000;
    re += samples[i] * std::cos(phase);
    im += samples[i] * std::sin(phase);
  }
  return 2 * std::hypot(re, im) / static_cast<double>(samples.size());
}

Payload EncodeOne(AudioEncoder& encoder, const AudioFrame& frame) {
  std::array<uint8_t, kMaxAudioPayload> buffer;
  const auto payload = encoder.Encode(frame, buffer);
  EXPECT_TRUE(payload) << ToString(payload.error());
  return {payload->begin(), payload->end()};
}

std::vector<Payload> EncodeTone(int count, DataRate rate = DataRate::KilobitsPerSec(24)) {
  auto encoder = CreateAudioEncoder(rate).value();
  std::vector<Payload> payloads;
  for (int i = 0; i < count; ++i) payloads.push_back(EncodeOne(*encoder, Tone(i)));
  return payloads;
}

class OpusDecoderTest : public ::testing::Test {
 protected:
  // Decodes payloads and returns the last one's samples.
  AudioFrame DecodeAll(std::span<const Payload> payloads) {
    AudioFrame last{};
    for (const Payload& payload : payloads) {
      const auto samples = decoder_->Decode(payload, last);
      EXPECT_EQ(samples.value_or(0), kSamplesPerTick);
    }
    return last;
  }

  std::unique_ptr<AudioDecoder> decoder_ = CreateAudioDecoder().value();
};

TEST_F(OpusDecoderTest, AToneComesBackAtItsPitchAndLoudness) {
  std::vector<int16_t> heard;
  for (const Payload& payload : EncodeTone(25)) {
    AudioFrame frame;
    ASSERT_EQ(decoder_->SamplesIn(payload).value_or(0), kSamplesPerTick);
    ASSERT_EQ(decoder_->Decode(payload, frame).value_or(0), kSamplesPerTick);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  const auto steady = std::span(heard).subspan(12 * kSamplesPerTick);
  EXPECT_NEAR(AmplitudeAt(steady, kHz), 8000, 800);
  EXPECT_LT(AmplitudeAt(steady, 1000), 400);
  EXPECT_NEAR(Rms(steady), Rms(Tone(0)), 0.1 * Rms(Tone(0)));
}

TEST(OpusEncoderTest, TheRateIsKept) {
  Prng random(3);
  for (const int kbps : {12, 24, 32}) {
    auto encoder = CreateAudioEncoder(DataRate::KilobitsPerSec(kbps)).value();
    size_t bytes = 0;
    for (int i = 0; i < 200; ++i) {
      // A tone under noise that swells four times a second, about as busy as speech.
      AudioFrame frame = Tone(i);
      const double loudness = 3000 * (1 + std::sin(2 * std::numbers::pi * i / 12.5));
      for (int16_t& s : frame) s = static_cast<int16_t>(s + loudness * (random.Unit() - 0.5));
      bytes += EncodeOne(*encoder, frame).size();
    }
    EXPECT_NEAR(static_cast<double>(bytes) * 8 / 4 / 1000, kbps, 0.15 * kbps);
  }
}

TEST_F(OpusDecoderTest, ConcealmentCarriesTheToneOnAndThenFades) {
  DecodeAll(EncodeTone(25));
  AudioFrame concealed;
  ASSERT_TRUE(decoder_->Conceal(concealed));
  EXPECT_GT(AmplitudeAt(concealed, kHz), 2000);
  EXPECT_LT(Rms(concealed), 1.2 * Rms(Tone(0)));
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(decoder_->Conceal(concealed));
  EXPECT_LT(Rms(concealed), 0.1 * Rms(Tone(0)));
}

// Loses the first packet after a change of pitch, which no concealment can guess.
TEST_F(OpusDecoderTest, OneLostPacketIsRecoveredFromTheNextOnesFec) {
  constexpr int kLost = 20;
  constexpr int kNewHz = 700;
  auto encoder = CreateOpusEncoder({.expected_loss_percent = 20}).value();
  auto concealer = CreateAudioDecoder().value();
  AudioFrame frame;
  for (int i = 0; i < kLost; ++i) {
    const Payload payload = EncodeOne(*encoder, Tone(i, 300));
    ASSERT_TRUE(decoder_->Decode(payload, frame));
    ASSERT_TRUE(concealer->Decode(payload, frame));
  }
  EncodeOne(*encoder, Tone(kLost, kNewHz));
  const Payload next = EncodeOne(*encoder, Tone(kLost + 1, kNewHz));
  AudioFrame recovered;
  AudioFrame concealed;
  ASSERT_TRUE(decoder_->DecodeFec(next, recovered));
  ASSERT_TRUE(concealer->Conceal(concealed));
  EXPECT_GT(AmplitudeAt(recovered, kNewHz), 3 * AmplitudeAt(concealed, kNewHz));
  EXPECT_GT(AmplitudeAt(recovered, kNewHz), 3000);
  ASSERT_TRUE(decoder_->Decode(next, frame));
  EXPECT_GT(AmplitudeAt(frame, kNewHz), 6000) << "and the next packet still plays";
}

TEST_F(OpusDecoderTest, LongPayloadsSayHowLongTheyAre) {
  // Code 1 of RFC 6716 §3.2.3: two frames of 60 ms, SILK narrowband, mono, no bytes but the TOC's.
  const Payload two_long{3 << 3 | 1, 0, 0};
  EXPECT_EQ(decoder_->SamplesIn(two_long).value_or(0), 5760u);
  std::array<int16_t, 5760> room;
  EXPECT_EQ(decoder_->Decode(two_long, room).value_or(0), 5760u);
  EXPECT_FALSE(decoder_->Decode(two_long, std::span(room).first(960)));
}

TEST_F(OpusDecoderTest, MalformedPayloadsAreRefused) {
  AudioFrame frame;
  const Payload odd_halves{3 << 3 | 1, 0};         // code 1 must split evenly
  const Payload too_long{3 << 3 | 3, 3, 0, 0, 0};  // 3 frames of 60 ms
  const Payload no_frames{3 << 3 | 3, 0};          // code 3 with none
  const Payload oversized(kMaxAudioPayload + 1, 0x78);
  for (const Payload& payload : {Payload{}, odd_halves, too_long, no_frames, oversized}) {
    EXPECT_EQ(decoder_->SamplesIn(payload).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(decoder_->Decode(payload, frame).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(decoder_->DecodeFec(payload, frame).error().code, ErrorCode::kMalformed);
  }
}

TEST_F(OpusDecoderTest, LostLengthsThatCannotBeAreRefused) {
  std::vector<int16_t> room(5880);
  for (const size_t samples : {size_t{0}, size_t{961}, size_t{5880}}) {
    EXPECT_EQ(decoder_->Conceal(std::span(room).first(samples)).error().code,
              ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(decoder_->Conceal(std::span(room).first(5760)));
}

TEST_F(OpusDecoderTest, DamagedPayloadsNeverBreakIt) {
  const auto payloads = EncodeTone(20);
  std::array<int16_t, 5760> room;
  Prng random(7);
  for (int round = 0; round < 2000; ++round) {
    Payload payload = payloads[random.Next() % payloads.size()];
    payload.resize(1 + random.Next() % payload.size());
    payload[random.Next() % payload.size()] ^= static_cast<uint8_t>(1u << random.Next() % 8);
    if (random.Next() % 4 == 0) {
      (void)decoder_->DecodeFec(payload, std::span(room).first(960));
    } else {
      (void)decoder_->Decode(payload, room);
    }
  }
  EXPECT_NEAR(AmplitudeAt(DecodeAll(EncodeTone(25)), kHz), 8000, 1500) << "and it still decodes";
}

TEST(OpusEncoderTest, RefusesSettingsThatDoNotExist) {
  EXPECT_FALSE(CreateOpusEncoder({.rate = DataRate::KilobitsPerSec(1)}));
  EXPECT_FALSE(CreateOpusEncoder({.rate = DataRate::KilobitsPerSec(600)}));
  EXPECT_FALSE(CreateOpusEncoder({.complexity = 11}));
  EXPECT_FALSE(CreateOpusEncoder({.expected_loss_percent = 101}));
}

TEST(OpusEncoderTest, OneThatContinuesAnotherMakesTheVeryPayloadThatComesNext) {
  auto first = CreateAudioEncoder(DataRate::KilobitsPerSec(24)).value();
  auto second = CreateAudioEncoder(DataRate::KilobitsPerSec(24)).value();
  for (int i = 0; i < 20; ++i) EncodeOne(*first, Tone(i));
  ASSERT_TRUE(second->ContinueFrom(*first));
  EXPECT_EQ(EncodeOne(*second, Tone(20)), EncodeOne(*first, Tone(20)));
}

TEST(OpusEncoderTest, RefusesABufferOfNothing) {
  auto encoder = CreateAudioEncoder(DataRate::KilobitsPerSec(24)).value();
  EXPECT_EQ(encoder->Encode(Tone(0), {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace continuo
