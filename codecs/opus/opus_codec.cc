// SPDX-License-Identifier: Apache-2.0
#include "codecs/opus/opus_codec.h"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "media/audio_packet.h"
#include "media/codec.h"

namespace continuo {
namespace {

constexpr int kChannels = 1;
constexpr size_t kMaxSamples = 5760;     // 120 ms, RFC 6716 §3.2.5
constexpr size_t kSampleMultiple = 120;  // 2.5 ms, the shortest frame
constexpr DataRate kMinRate = DataRate::KilobitsPerSec(6);
constexpr DataRate kMaxRate = DataRate::KilobitsPerSec(128);

struct EncoderDeleter {
  void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};
struct DecoderDeleter {
  void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
};
using EncoderPtr = std::unique_ptr<OpusEncoder, EncoderDeleter>;
using DecoderPtr = std::unique_ptr<OpusDecoder, DecoderDeleter>;

tl::unexpected<Error> FailNative(std::string_view text, int error) {
  switch (error) {
    case OPUS_INVALID_PACKET:
      return Fail(ErrorCode::kMalformed, text, opus_strerror(error), error);
    case OPUS_ALLOC_FAIL:
      return Fail(ErrorCode::kResourceExhausted, text, opus_strerror(error), error);
    case OPUS_BAD_ARG:
    case OPUS_BUFFER_TOO_SMALL:
      return Fail(ErrorCode::kInvalidArgument, text, opus_strerror(error), error);
    default:
      return Fail(ErrorCode::kInternal, text, opus_strerror(error), error);
  }
}

// libopus takes no bytes at all for a lost packet, so an empty payload must not reach it.
Result<size_t> CountSamples(ByteView payload) {
  if (payload.empty() || payload.size() > kMaxAudioPayload) {
    return Fail(ErrorCode::kMalformed, "Opus payload of no possible size");
  }
  const auto size = static_cast<opus_int32>(payload.size());
  std::array<opus_int16, 48> frame_sizes;
  unsigned char toc = 0;
  const int frames =
      opus_packet_parse(payload.data(), size, &toc, nullptr, frame_sizes.data(), nullptr);
  if (frames < 0) return FailNative("Opus payload does not parse", frames);
  const int samples = opus_packet_get_nb_samples(payload.data(), size, kAudioClockRate);
  if (samples < 0) return FailNative("Opus payload of no possible length", samples);
  return static_cast<size_t>(samples);
}

Status CheckMissing(size_t samples) {
  if (samples == 0 || samples > kMaxSamples || samples % kSampleMultiple != 0) {
    return Fail(ErrorCode::kInvalidArgument, "no such length of lost audio");
  }
  return {};
}

class OpusAudioDecoder final : public AudioDecoder {
 public:
  explicit OpusAudioDecoder(DecoderPtr decoder) : decoder_(std::move(decoder)) {}

  Result<size_t> SamplesIn(ByteView payload) const override { return CountSamples(payload); }

  Result<size_t> Decode(ByteView payload, std::span<int16_t> out) override {
    const auto samples = CountSamples(payload);
    if (!samples) return samples;
    if (out.size() < *samples) {
      return Fail(ErrorCode::kInvalidArgument, "no room for the decoded audio");
    }
    return Run(payload, out.first(*samples), UseFec::kNo);
  }

  Status DecodeFec(ByteView next, std::span<int16_t> out) override {
    if (auto checked = CheckMissing(out.size()); !checked) return checked;
    if (auto samples = CountSamples(next); !samples) return tl::unexpected(samples.error());
    return Fill(next, out, UseFec::kYes);
  }

  Status Conceal(std::span<int16_t> out) override {
    if (auto checked = CheckMissing(out.size()); !checked) return checked;
    return Fill({}, out, UseFec::kNo);
  }

 private:
  enum class UseFec : uint8_t { kNo = 0, kYes = 1 };

  Result<size_t> Run(ByteView payload, std::span<int16_t> out, UseFec fec) {
    const int samples =
        opus_decode(decoder_.get(), payload.data(), static_cast<opus_int32>(payload.size()),
                    out.data(), static_cast<int>(out.size()), static_cast<int>(fec));
    if (samples < 0) return FailNative("Opus payload does not decode", samples);
    return static_cast<size_t>(samples);
  }

  Status Fill(ByteView payload, std::span<int16_t> out, UseFec fec) {
    const auto samples = Run(payload, out, fec);
    if (!samples) return tl::unexpected(samples.error());
    std::fill(out.begin() + static_cast<ptrdiff_t>(*samples), out.end(), int16_t{0});
    return {};
  }

  DecoderPtr decoder_;
};

class OpusAudioEncoder final : public AudioEncoder {
 public:
  explicit OpusAudioEncoder(EncoderPtr encoder) : encoder_(std::move(encoder)) {}

  Result<ByteView> Encode(const AudioFrame& frame, MutableBytes out) override {
    if (out.empty()) return Fail(ErrorCode::kInvalidArgument, "no room for an Opus payload");
    const MutableBytes room = out.first(std::min(out.size(), kMaxAudioPayload));
    const opus_int32 bytes =
        opus_encode(encoder_.get(), frame.data(), static_cast<int>(frame.size()), room.data(),
                    static_cast<opus_int32>(room.size()));
    if (decouple_) SetPrediction(decouple_ = false);
    if (bytes < 0) return FailNative("Opus encoder failed", bytes);
    return room.first(static_cast<size_t>(bytes));
  }

  // The state is one block that a shallow copy copies (opus.h, "Opus Encoder"), settings included.
  Status ContinueFrom(const AudioEncoder& other) override {
    const auto* source = dynamic_cast<const OpusAudioEncoder*>(&other);
    if (!source) return Fail(ErrorCode::kUnsupported, "Opus continues only Opus");
    if (source == this) return {};
    opus_int32 rate = 0;
    opus_encoder_ctl(encoder_.get(), OPUS_GET_BITRATE(&rate));
    std::memcpy(static_cast<void*>(encoder_.get()), source->encoder_.get(),
                static_cast<size_t>(opus_encoder_get_size(kChannels)));
    SetPrediction(decouple_ = false);
    if (const int result = opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(rate));
        result != OPUS_OK) {
      return FailNative("Opus encoder refused its rate", result);
    }
    return {};
  }

  void DecoupleNext() override { SetPrediction(decouple_ = true); }

 private:
  void SetPrediction(bool disabled) {
    opus_encoder_ctl(encoder_.get(), OPUS_SET_PREDICTION_DISABLED(disabled ? 1 : 0));
  }

  EncoderPtr encoder_;
  bool decouple_ = false;
};

}  // namespace

Result<std::unique_ptr<AudioEncoder>> CreateOpusEncoder(const OpusEncoderConfig& config) {
  if (config.rate < kMinRate || config.rate > kMaxRate) {
    return Fail(ErrorCode::kInvalidArgument, "no such Opus rate");
  }
  int error = OPUS_OK;
  EncoderPtr encoder(
      opus_encoder_create(kAudioClockRate, kChannels, OPUS_APPLICATION_VOIP, &error));
  if (error != OPUS_OK) return FailNative("Opus encoder did not open", error);
  const auto rate = static_cast<opus_int32>(config.rate.bps());
  for (const int result : {
           opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(rate)),
           opus_encoder_ctl(encoder.get(), OPUS_SET_COMPLEXITY(config.complexity)),
           opus_encoder_ctl(encoder.get(), OPUS_SET_INBAND_FEC(1)),
           opus_encoder_ctl(encoder.get(), OPUS_SET_PACKET_LOSS_PERC(config.expected_loss_percent)),
           opus_encoder_ctl(encoder.get(), OPUS_SET_DTX(0)),
       }) {
    if (result != OPUS_OK) return FailNative("Opus encoder refused a setting", result);
  }
  return std::make_unique<OpusAudioEncoder>(std::move(encoder));
}

Result<std::unique_ptr<AudioDecoder>> CreateOpusDecoder() {
  int error = OPUS_OK;
  DecoderPtr decoder(opus_decoder_create(kAudioClockRate, kChannels, &error));
  if (error != OPUS_OK) return FailNative("Opus decoder did not open", error);
  return std::make_unique<OpusAudioDecoder>(std::move(decoder));
}

}  // namespace continuo
