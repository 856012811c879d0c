// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/drawn_stream.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/check.h"
#include "codecs/registry.h"

namespace continuo {

DrawnStream::DrawnStream(Device& device, VideoCodec codec, const VideoEncoderConfig& config,
                         PixelSize canvas)
    : size_(config.size),
      picture_(canvas == PixelSize{} ? config.size : canvas),
      compositor_(device.CreateCompositor(picture_.size()).value()),
      encoder_(device.CreateEncoder(codec, config).value()) {}

Stream DrawnStream::Next(int count, ForceKeyFrame force) {
  Stream stream(static_cast<size_t>(count));
  for (OwnedEncodedFrame& frame : stream) {
    DrawMovingPicture(++number_, picture_.view());
    const PixelSize canvas_size = picture_.size();
    compositor_->DrawPicture({0, 0, canvas_size.width, canvas_size.height}, picture_.view(),
                             YuvColor{});
    const auto finished = compositor_->Finish();
    EXPECT_TRUE(finished) << ToString(finished.error());
    const auto canvas = compositor_->Canvas(size_);
    EXPECT_TRUE(canvas) << ToString(canvas.error());
    if (!finished || !canvas) return {};
    const auto encoded = encoder_->Encode(*canvas, number_ * kTicksPerPicture,
                                          Timestamp::Millis(40 * number_), force);
    EXPECT_TRUE(encoded) << ToString(encoded.error());
    if (!encoded) return {};
    frame.Assign(*encoded);
    force = ForceKeyFrame::kNo;
  }
  return stream;
}

int KeyFramesIn(const Stream& stream) {
  return static_cast<int>(
      std::count_if(stream.begin(), stream.end(),
                    [](const OwnedEncodedFrame& frame) { return frame.kind == FrameKind::kKey; }));
}

DataRate RateOf(const Stream& stream, int frames_per_second) {
  int64_t bytes = 0;
  for (const OwnedEncodedFrame& frame : stream) bytes += std::ssize(frame.payload);
  return DataRate::BitsPerSec(bytes * 8 * frames_per_second / std::ssize(stream));
}

double MeanPsnr(const Stream& stream, PixelSize size, size_t settle) {
  auto decoder = CreateVideoDecoder(stream.front().codec).value();
  TestPicture original(size);
  double sum = 0;
  int dropped = 0;
  for (size_t i = 0; i < stream.size(); ++i) {
    if (stream[i].payload.empty()) {
      dropped += i < settle ? 0 : 1;
      continue;
    }
    const auto decoded = decoder->Decode(stream[i].view());
    EXPECT_TRUE(decoded) << ToString(decoded.error()) << ", frame " << i;
    if (i < settle || !decoded || *decoded == nullptr) continue;
    const auto number = static_cast<uint16_t>((*decoded)->rtp_timestamp() / kTicksPerPicture);
    EXPECT_EQ((*decoded)->size(), size);
    EXPECT_EQ(ReadBarcode((*decoded)->picture()), number);
    DrawMovingPicture(number, original.view());
    sum += PlanePsnr((*decoded)->picture(), original.view(), 0);
  }
  return sum / (static_cast<double>(stream.size() - settle) - dropped);
}

}  // namespace continuo
