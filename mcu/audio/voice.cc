// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/voice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mcu/audio/time_scale.h"

namespace continuo {
namespace {

constexpr size_t kConcealStep = 120;  // Opus conceals multiples of 2.5 ms
constexpr size_t kFadeOut = 1920;     // 40 ms
constexpr size_t kFadeIn = 240;       // 5 ms

// After a loss, concealment is believed for 100 ms and fades over the next 40. After a packet of
// DTX (RFC 6716 §2.1.9; one or two bytes) it is the comfort noise that the sender asked for, until
// long after the next of them is due (every 400 ms).
constexpr size_t kBelieveConcealment = 4800 + kFadeOut;
constexpr size_t kBelieveComfortNoise = 48'000 + kFadeOut;
constexpr size_t kMaxDtxPayload = 2;

constexpr TimeDelta kHurry = TimeDelta::Millis(60);
constexpr TimeDelta kGreatHurry = TimeDelta::Millis(100);

constexpr float kAttack = 0.6f;  // per tick
constexpr float kRelease = 0.5f;

int16_t Scaled(int16_t sample, float gain) {
  return static_cast<int16_t>(static_cast<float>(sample) * gain);
}

}  // namespace

IncomingVoice::IncomingVoice(std::unique_ptr<AudioDecoder> decoder, AudioMixProbe& probe)
    : decoder_(std::move(decoder)), probe_(probe), buffer_(probe) {}

void IncomingVoice::Insert(const AudioPacket& packet) {
  const bool fits = !packet.payload.empty() && packet.payload.size() <= kMaxAudioPayload;
  const auto samples = fits ? decoder_->SamplesIn(packet.payload) : Result<size_t>(0);
  if (!samples || *samples == 0 || *samples > kMaxPacketSamples) {
    probe_.decode_errors.Add();
    return;
  }
  buffer_.Insert(packet, *samples);
}

void IncomingVoice::Pull(Timestamp now, AudioFrame& out) {
  concealed_ = false;
  if (buffer_.idle() && size_ == 0 && invention_left_ == 0) {
    out.fill(0);
    gain_ = 0.0f;
  } else {
    Fill(now);
    Correct(now);
    std::copy_n(sound_.begin(), kSamplesPerTick, out.begin());
    size_ -= kSamplesPerTick;
    std::copy_n(sound_.begin() + kSamplesPerTick, size_, sound_.begin());
  }
  if (concealed_) probe_.concealed_ticks.Add();
  Measure(out);
}

void IncomingVoice::Fill(Timestamp now) {
  while (size_ < kSamplesPerTick) Play(buffer_.Next(now));
}

void IncomingVoice::Play(const JitterBuffer::Step& step) {
  switch (step.play) {
    case JitterBuffer::Play::kPacket:
      return Decode(step.payload, step.samples);
    case JitterBuffer::Play::kRecover:
      return Recover(step.payload, step.samples);
    case JitterBuffer::Play::kConceal:
      concealed_ = true;
      return Invent(step.samples);
    case JitterBuffer::Play::kWait:
      return Wait();
  }
}

void IncomingVoice::Decode(ByteView payload, size_t samples) {
  const auto decoded = decoder_->Decode(payload, Room(kMaxPacketSamples));
  if (!decoded || *decoded == 0) {
    probe_.decode_errors.Add();
    concealed_ = true;
    return Invent(samples);
  }
  FadeIn(Room(*decoded));
  size_ += *decoded;
  in_dtx_ = payload.size() <= kMaxDtxPayload;
  invention_left_ = in_dtx_ ? kBelieveComfortNoise : kBelieveConcealment;
}

void IncomingVoice::Recover(ByteView next, size_t samples) {
  if (!decoder_->DecodeFec(next, Room(samples))) {
    concealed_ = true;
    return Invent(samples);
  }
  probe_.fec_recovered.Add();
  FadeIn(Room(samples));
  size_ += samples;
}

void IncomingVoice::Wait() {
  size_t missing = kSamplesPerTick - size_;
  if (invention_left_ > 0) {
    missing = (missing + kConcealStep - 1) / kConcealStep * kConcealStep;
    concealed_ = !in_dtx_;
  }
  Invent(missing);
  buffer_.Waited(missing);
}

void IncomingVoice::Invent(size_t samples) {
  const std::span<int16_t> sound = Room(samples);
  size_ += samples;
  if (invention_left_ == 0 || !decoder_->Conceal(sound)) {
    std::fill(sound.begin(), sound.end(), int16_t{0});
    invention_left_ = 0;
    gain_ = 0.0f;
    return;
  }
  for (int16_t& s : sound) {
    if (invention_left_ < kFadeOut) {
      gain_ = std::min(gain_, static_cast<float>(invention_left_) / static_cast<float>(kFadeOut));
      s = Scaled(s, gain_);
    }
    if (invention_left_ > 0) --invention_left_;
  }
  if (invention_left_ == 0) gain_ = 0.0f;
}

void IncomingVoice::FadeIn(std::span<int16_t> sound) {
  for (size_t i = 0; i < sound.size() && gain_ < 1.0f; ++i) {
    gain_ = std::min(gain_ + 1.0f / static_cast<float>(kFadeIn), 1.0f);
    sound[i] = Scaled(sound[i], gain_);
  }
}

void IncomingVoice::Correct(Timestamp now) {
  if (ticks_to_correction_ > 0) {
    --ticks_to_correction_;
    return;
  }
  const int change = buffer_.Correction(size_ - kSamplesPerTick);
  if (change == 0) return;
  const TimeDelta off =
      change < 0 ? buffer_.delay() - buffer_.target() : buffer_.target() - buffer_.delay();
  const Seam seam = off > kHurry ? Seam::kAnywhere : Seam::kUnheard;
  const size_t most = static_cast<size_t>(std::abs(change));
  size_t changed = 0;
  if (change < 0) {
    changed = Shorten(std::span(sound_).first(size_), most, seam);
    size_ -= changed;
    probe_.shortened_samples.Add(changed);
    Fill(now);
  } else {
    changed = Lengthen(sound_, size_, most, seam);
    size_ += changed;
    probe_.lengthened_samples.Add(changed);
  }
  if (changed > 0) ticks_to_correction_ = off > kGreatHurry ? 1 : 2;
}

void IncomingVoice::Measure(const AudioFrame& frame) {
  float power = 0.0f;
  for (int16_t s : frame) power += static_cast<float>(s) * static_cast<float>(s);
  power /= static_cast<float>(kSamplesPerTick) * 32768.0f * 32768.0f;
  power_ += (power - power_) * (power > power_ ? kAttack : kRelease);
  level_dbfs_ = std::max(kSilenceDbfs, 10.0f * std::log10(power_ + 1e-20f));
}

}  // namespace continuo
