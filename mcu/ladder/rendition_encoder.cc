// SPDX-License-Identifier: Apache-2.0
#include "mcu/ladder/rendition_encoder.h"

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

// One person's bad line must not cost everybody's picture: a key frame is ten times a delta.
constexpr TimeDelta kKeyFrameSpacing = TimeDelta::Seconds(1);
// Of a still canvas: so that a receiver can tell a still picture from a dead server.
constexpr TimeDelta kKeepAlive = TimeDelta::Seconds(1);
// A first failure is taken for an accident, another one soon after for a habit.
constexpr TimeDelta kFailureMemory = TimeDelta::Seconds(10);
constexpr TimeDelta kRetryDelay = TimeDelta::Seconds(1);

uint32_t RtpTimestamp(Timestamp t) {
  return static_cast<uint32_t>(t.us() * (kVideoClockRate / 10'000) / 100);
}

}  // namespace

RenditionEncoder::RenditionEncoder(VideoRendition rendition, const VideoEncoderFactory& factory,
                                   RenditionProbe& probe, Timestamp epoch, Timestamp (*clock)())
    : rendition_(rendition),
      factory_(factory),
      probe_(probe),
      epoch_(epoch),
      clock_(clock),
      spec_(SpecOf(rendition.rung)),
      interval_(TimeDelta::Seconds(1) / spec_.frames_per_second) {}

void RenditionEncoder::SetActive(bool active) {
  if (active == std::exchange(active_, active)) return;
  encoder_.reset();
  next_tick_.reset();
  last_encode_.reset();
  encoded_version_.reset();
  key_frame_due_.reset();
}

void RenditionEncoder::RequestKeyFrame(Timestamp now) {
  // A new encoder begins with one anyway.
  if (!encoder_) return;
  Timestamp due = now;
  if (last_key_frame_) due = std::max(due, *last_key_frame_ + kKeyFrameSpacing);
  key_frame_due_ = key_frame_due_ ? std::min(*key_frame_due_, due) : due;
}

Timestamp RenditionEncoder::NextDeadline() const {
  if (!active_) return Timestamp::Infinite();
  const Timestamp tick = next_tick_.value_or(epoch_);
  if (!encoder_) return std::max(tick, retry_at_);
  return key_frame_due_ ? std::min(tick, *key_frame_due_) : tick;
}

bool RenditionEncoder::Due(uint64_t canvas_version, Timestamp now) {
  if (!active_) return false;
  const bool at_tick = !next_tick_ || now >= *next_tick_;
  if (at_tick) PassTicks(now);
  if (!encoder_) return now >= retry_at_;
  if (key_frame_due_ && now >= *key_frame_due_) return true;
  if (!at_tick) return false;
  if (StandsStill(canvas_version, now)) {
    probe_.skipped_unchanged.Add();
    return false;
  }
  // Soon after a key frame out of turn, the next tick will do: the pace is a promise to the
  // encoder's rate control.
  return !last_encode_ || now - *last_encode_ >= interval_ / 2;
}

bool RenditionEncoder::StandsStill(uint64_t canvas_version, Timestamp now) const {
  // The keep-alive goes out with the last tick that is in time for it.
  return encoded_version_ == canvas_version && last_encode_ &&
         now - *last_encode_ <= kKeepAlive - interval_;
}

void RenditionEncoder::PassTicks(Timestamp now) {
  if (next_tick_) {
    const int64_t missed = (now - *next_tick_) / interval_;
    probe_.missed_ticks.Add(static_cast<uint64_t>(missed));
  }
  next_tick_ = epoch_ + interval_ * ((now - epoch_) / interval_ + 1);
}

bool RenditionEncoder::Prepare(const PictureView& picture, uint64_t canvas_version, Timestamp now) {
  now_ = now;
  force_ = key_frame_due_ && now >= *key_frame_due_ ? ForceKeyFrame::kYes : ForceKeyFrame::kNo;
  if (!encoder_) {
    auto made = factory_(rendition_.codec, {.size = spec_.size,
                                            .frames_per_second = spec_.frames_per_second,
                                            .rate = spec_.video_rate});
    if (!made) {
      Fail(made.error().code);
      return false;
    }
    encoder_ = std::move(*made);
    probe_.encoders_created.Add();
    force_ = ForceKeyFrame::kYes;
  }
  picture_ = picture;
  version_ = canvas_version;
  return true;
}

void RenditionEncoder::FailWithoutPicture(Timestamp now) {
  now_ = now;
  Fail(ErrorCode::kUnavailable);
}

void RenditionEncoder::Run() {
  const Timestamp began = clock_();
  result_ = encoder_->Encode(picture_, RtpTimestamp(now_), now_, force_);
  probe_.encode_duration.Observe(clock_() - began);
}

std::optional<EncodedFrame> RenditionEncoder::Finish() {
  probe_.encodes.Add();
  if (!result_) {
    Fail(result_.error().code);
    return std::nullopt;
  }
  last_encode_ = now_;
  const EncodedFrame& frame = *result_;
  const bool is_key = !frame.payload.empty() && frame.kind == FrameKind::kKey;
  if (is_key) {
    probe_.key_frames.Add();
    last_key_frame_ = now_;
    key_frame_due_.reset();
  } else if (force_ == ForceKeyFrame::kYes) {
    key_frame_due_ = now_ + interval_;
  }
  if (frame.payload.empty()) {
    // What it would have shown is still to be shown, so the version does not count as encoded.
    probe_.dropped_frames.Add();
    return std::nullopt;
  }
  encoded_version_ = version_;
  probe_.encoded_bytes.Add(frame.payload.size());
  return frame;
}

void RenditionEncoder::Fail(ErrorCode code) {
  probe_.failures.Add();
  encoder_.reset();
  encoded_version_.reset();
  key_frame_due_.reset();
  // A device fails once, perhaps at several calls of one encoder; the next one is elsewhere.
  if (code == ErrorCode::kDeviceFailed) {
    retry_at_ = now_;
    return;
  }
  const bool habit = last_failure_ && now_ - *last_failure_ < kFailureMemory;
  retry_at_ = habit ? now_ + kRetryDelay : now_;
  last_failure_ = now_;
}

}  // namespace continuo
