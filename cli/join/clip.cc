// SPDX-License-Identifier: Apache-2.0
#include "cli/join/clip.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>

#include "cli/join/media_reader.h"
#include "cli/join/pattern.h"
#include "codecs/registry.h"
#include "media/audio_frame.h"
#include "media/audio_packet.h"

namespace continuo {
namespace {

constexpr int kFramesPerSecond = 30;
constexpr double kMaxVideoSeconds = 20;
constexpr size_t kMaxAudioSamples = 60 * 48'000;
constexpr size_t kToneSeconds = 1;
constexpr DataRate kVideoRate = DataRate::KilobitsPerSec(800);
constexpr DataRate kAudioRate = DataRate::KilobitsPerSec(24);

// The number after "tone:" and the like; nothing when the source is something else.
std::optional<int> NumberAfter(std::string_view prefix, std::string_view source) {
  if (!source.starts_with(prefix)) return std::nullopt;
  source.remove_prefix(prefix.size());
  int number = 0;
  const auto parsed = std::from_chars(source.data(), source.data() + source.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != source.data() + source.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

// Encodes pictures as they come, a key frame each second.
class ClipEncoder {
 public:
  explicit ClipEncoder(VideoCodec codec) { clip_.codec = codec; }

  Status Add(const I420View& picture) {
    if (!encoder_) {
      auto encoder = CreateVideoEncoder(clip_.codec, {picture.size, kFramesPerSecond, kVideoRate});
      if (!encoder) return tl::unexpected(encoder.error());
      encoder_ = std::move(*encoder);
    }
    const bool key = clip_.frames.size() % kFramesPerSecond == 0;
    const auto number = static_cast<uint32_t>(clip_.frames.size());
    auto frame = encoder_->Encode(picture, number * (kVideoClockRate / kFramesPerSecond),
                                  Timestamp(), key ? ForceKeyFrame::kYes : ForceKeyFrame::kNo);
    if (!frame) return tl::unexpected(frame.error());
    clip_.frames.emplace_back().Assign(*frame);
    return {};
  }
  VideoClip Take() { return std::move(clip_); }

 private:
  VideoClip clip_{VideoCodec::kVp8, kFramesPerSecond, {}};
  std::unique_ptr<VideoEncoder> encoder_;
};

Result<VideoClip> PatternClip(int seed, VideoCodec codec, PixelSize size) {
  ClipEncoder encoder(codec);
  Pattern pattern(size, seed);
  for (int i = 0; i < 10 * kFramesPerSecond; ++i) {
    if (auto added = encoder.Add(pattern.Draw(i)); !added) return tl::unexpected(added.error());
  }
  return encoder.Take();
}

std::vector<int16_t> Tone(int hertz) {
  // Whole periods of a whole number of hertz fit one second, so the loop has no seam.
  std::vector<int16_t> samples(kToneSeconds * 48'000);
  for (size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / 48'000;
    samples[i] = static_cast<int16_t>(8000 * std::sin(phase));
  }
  return samples;
}

}  // namespace

Result<VideoClip> LoadVideoClip(const std::string& source, VideoCodec codec, PixelSize fit) {
  if (const auto seed = NumberAfter("pattern:", source)) return PatternClip(*seed, codec, fit);
  ClipEncoder encoder(codec);
  Status encoded;
  // At our own frame rate: pictures are repeated or left out by their time in the file.
  double next = 0;
  const auto read = ReadPictures(source, fit, [&](const I420View& picture, double seconds) {
    for (; encoded && next <= seconds && next < kMaxVideoSeconds; next += 1.0 / kFramesPerSecond) {
      encoded = encoder.Add(picture);
    }
    return encoded.has_value() && next < kMaxVideoSeconds;
  });
  if (!read) return tl::unexpected(read.error());
  if (!encoded) return tl::unexpected(encoded.error());
  VideoClip clip = encoder.Take();
  if (clip.frames.empty()) {
    return Fail(ErrorCode::kMalformed, "the file has no picture that can be decoded", source);
  }
  return clip;
}

Result<AudioClip> LoadAudioClip(const std::string& source) {
  std::vector<int16_t> samples;
  if (const auto hertz = NumberAfter("tone:", source)) {
    samples = Tone(*hertz);
  } else {
    auto read = ReadSamples(source, kMaxAudioSamples);
    if (!read) return tl::unexpected(read.error());
    samples = std::move(*read);
  }
  auto encoder = CreateAudioEncoder(kAudioRate);
  if (!encoder) return tl::unexpected(encoder.error());
  AudioClip clip;
  std::array<uint8_t, kMaxAudioPayload> buffer{};
  for (size_t at = 0; at + kSamplesPerTick <= samples.size(); at += kSamplesPerTick) {
    AudioFrame frame;
    std::copy_n(samples.begin() + static_cast<ptrdiff_t>(at), kSamplesPerTick, frame.begin());
    auto payload = (*encoder)->Encode(frame, buffer);
    if (!payload) return tl::unexpected(payload.error());
    clip.payloads.emplace_back(payload->begin(), payload->end());
  }
  if (clip.payloads.empty()) {
    return Fail(ErrorCode::kMalformed, "the file has no sound that can be decoded", source);
  }
  return clip;
}

}  // namespace continuo
