// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/faults/looped_camera.h"

#include "base/check.h"
#include "codecs/registry.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

constexpr int kLoopPictures = 25;

}  // namespace

LoopedCamera::LoopedCamera(int person, VideoCodec codec, PixelSize size) : person_(person) {
  auto encoder =
      CreateVideoEncoder(
          codec, {.size = size, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(2000)})
          .value();
  TestPicture picture(size);
  for (int i = 0; i < kLoopPictures; ++i) {
    const int number = person * kNumbers + i;
    DrawMovingPicture(static_cast<uint16_t>(number), picture.view());
    const auto encoded = encoder->Encode(picture.view(), static_cast<uint32_t>(i) * 3600,
                                         Timestamp(), ForceKeyFrame::kNo);
    CONTINUO_CHECK(encoded && !encoded->payload.empty());
    loop_.emplace_back().Assign(*encoded);
  }
}

const OwnedEncodedFrame& LoopedCamera::Next() {
  const OwnedEncodedFrame& frame = loop_[next_];
  next_ = (next_ + 1) % loop_.size();
  return frame;
}

}  // namespace continuo
