// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/camera.h"

#include <utility>

#include "base/check.h"
#include "codecs/registry.h"

namespace continuo {
namespace {

std::unique_ptr<const VideoFrame> MustDecode(VideoDecoder& decoder, const EncodedFrame& frame) {
  auto decoded = decoder.Decode(frame);
  CONTINUO_CHECK(decoded && *decoded != nullptr);
  return *std::move(decoded);
}

}  // namespace

Camera::Camera(Device& device, VideoCodec codec, PixelSize size, int number)
    : number_(number - 1),
      picture_(size),
      encoder_(CreateVideoEncoder(
                   codec,
                   {.size = size, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(2000)})
                   .value()),
      on_device_(device.CreateDecoder(codec).value()),
      in_memory_(CreateVideoDecoder(codec).value()) {}

Shot Camera::Next() {
  ++number_;
  DrawMovingPicture(static_cast<uint16_t>(number_), picture_.view());
  const auto encoded = encoder_->Encode(picture_.view(), static_cast<uint32_t>(number_) * 3600,
                                        Timestamp::Millis(40 * number_), ForceKeyFrame::kNo);
  CONTINUO_CHECK(encoded && !encoded->payload.empty());
  return {MustDecode(*on_device_, *encoded), MustDecode(*in_memory_, *encoded)};
}

}  // namespace continuo
