// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/room.h"

#include <gtest/gtest.h>

#include <utility>

namespace continuo {

Room::Room(std::unique_ptr<Device> device, std::vector<VideoRendition> renditions)
    : engine_(std::move(device)),
      composer_(Composer::Create([this](PixelSize size) { return engine_.CreateCompositor(size); },
                                 probe_)
                    .value()) {
  for (const VideoRendition rendition : renditions) {
    const RungSpec spec = SpecOf(rendition.rung);
    encoders_.push_back({rendition, engine_
                                        .CreateEncoder(rendition.codec,
                                                       {.size = spec.size,
                                                        .frames_per_second = spec.frames_per_second,
                                                        .rate = spec.video_rate})
                                        .value()});
  }
}

void Room::SetScene(const Scene& scene) { composer_->SetScene(scene); }

void Room::Receive(ParticipantId participant, const EncodedFrame& frame) {
  auto& decoder = decoders_[participant];
  if (decoder == nullptr) decoder = engine_.CreateDecoder(frame.codec).value();
  auto decoded = decoder->Decode(frame);
  ASSERT_TRUE(decoded) << ToString(decoded.error());
  if (*decoded != nullptr) composer_->SetPicture(participant, *std::move(decoded));
}

void Room::ReceiveHarmed(ParticipantId participant, const EncodedFrame& frame) {
  auto& decoder = decoders_[participant];
  if (decoder == nullptr && frame.kind != FrameKind::kKey) return;
  if (decoder == nullptr) decoder = engine_.CreateDecoder(frame.codec).value();
  auto decoded = decoder->Decode(frame);
  if (!decoded) {
    decoder.reset();
  } else if (*decoded != nullptr) {
    composer_->SetPicture(participant, *std::move(decoded));
  }
}

std::vector<OwnedEncodedFrame> Room::Tick() {
  now_ += TimeDelta::Millis(40);
  composer_->Compose(now_);
  EXPECT_EQ(probe_.passes_failed.value(), 0u);
  std::vector<OwnedEncodedFrame> frames;
  for (const Encoder& each : encoders_) {
    const auto encoded =
        each.encoder->Encode(Canvas(SpecOf(each.rendition.rung).size),
                             static_cast<uint32_t>(now_.us() * 9 / 100), now_, ForceKeyFrame::kNo);
    EXPECT_TRUE(encoded) << ToString(encoded.error());
    frames.emplace_back();
    if (encoded) frames.back().Assign(*encoded);
  }
  return frames;
}

PictureView Room::Canvas(PixelSize size) {
  const auto canvas = composer_->canvas().Canvas(size);
  EXPECT_TRUE(canvas) << ToString(canvas.error());
  return canvas.value_or(PictureView());
}

}  // namespace continuo
