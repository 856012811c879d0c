// SPDX-License-Identifier: Apache-2.0
// What a device says that it can do, it does; what it can't, it refuses aloud.
#include "hwaccel/limits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/h264_stream.h"
#include "tests/conformance/support/picture_match.h"
#include "tests/conformance/support/plain_decoder.h"
#include "tests/conformance/support/vp8_stream.h"

namespace continuo {
namespace {

const Limits& TheLimits() { return DeviceUnderTest().limits(); }

bool Holds(PixelSize limit, PixelSize size) {
  return limit.width >= size.width && limit.height >= size.height;
}

TEST(Limits, AreEnoughForARoom) {
  constexpr PixelSize kHd{1280, 720};
  const auto h264 = static_cast<size_t>(VideoCodec::kH264);
  EXPECT_TRUE(Holds(TheLimits().decode[h264].max_size, kHd));
  EXPECT_TRUE(Holds(TheLimits().encode[h264].max_size, kHd));
  EXPECT_TRUE(TheLimits().encode[h264].changes_rate);
  EXPECT_TRUE(Holds(TheLimits().max_canvas, kHd));
  EXPECT_GE(TheLimits().layers_per_pass, 1);
}

// CONTINUO_TEST_DECODES names the codecs of a device that we know, so that none gets lost.
TEST(Limits, AreWhatThisDeviceIsKnownFor) {
  const char* const known = std::getenv("CONTINUO_TEST_DECODES");
  if (known == nullptr) GTEST_SKIP() << "nobody knows this device";
  std::string found;
  for (const VideoCodec codec : {VideoCodec::kH264, VideoCodec::kVp8}) {
    if (TheLimits().decode[static_cast<size_t>(codec)].max_size.width == 0) continue;
    found += (found.empty() ? "" : " ") + std::string(ToString(codec));
  }
  EXPECT_EQ(found, known);
}

TEST(Limits, SayWhatTheMakersRefuse) {
  for (const VideoCodec codec : {VideoCodec::kH264, VideoCodec::kVp8}) {
    const auto index = static_cast<size_t>(codec);
    const auto decoder = DeviceUnderTest().CreateDecoder(codec);
    EXPECT_EQ(decoder.has_value(), TheLimits().decode[index].max_size.width > 0);
    if (!decoder) {
      EXPECT_EQ(decoder.error().code, ErrorCode::kUnsupported) << ToString(codec);
    }
    const auto encoder = DeviceUnderTest().CreateEncoder(
        codec, {.size = {640, 360}, .rate = DataRate::KilobitsPerSec(500)});
    EXPECT_EQ(encoder.has_value(), TheLimits().encode[index].max_size.width > 0);
    if (!encoder) {
      EXPECT_EQ(encoder.error().code, ErrorCode::kUnsupported) << ToString(codec);
    }
  }
}

ErrorCode RefusalOf(const OwnedEncodedFrame& frame) {
  auto decoder = DeviceUnderTest().CreateDecoder(frame.codec).value();
  const auto decoded = decoder->Decode(frame.view());
  EXPECT_FALSE(decoded);
  return decoded ? ErrorCode::kInternal : decoded.error().code;
}

TEST(Limits, PicturesBeyondThemAreRefusedAndNotTheStreamsFault) {
  EXPECT_EQ(RefusalOf(EncodeH264({.size = {4112, 64}, .pictures = 1}).front()),
            ErrorCode::kUnsupported);
  if (TheLimits().decode[static_cast<size_t>(VideoCodec::kVp8)].max_size.width == 0) return;
  EXPECT_EQ(RefusalOf(EncodeVp8({.size = {64, 4112}, .pictures = 1}).front()),
            ErrorCode::kUnsupported);
}

TEST(Limits, FullColourIsRefused) {
  const Stream stream = EncodeH264({.profile = "high444", .pictures = 1, .full_colour = true});
  EXPECT_EQ(RefusalOf(stream.front()), ErrorCode::kUnsupported);
}

// Lossless coding of ordinary pictures needs a profile that few engines have; one that is passed
// off as another shows something else.
TEST(Limits, AProfileThatIsNotThereIsRefusedAndNotTakenForAnother) {
  const Stream stream =
      EncodeH264({.profile = "high444", .tune = "zerolatency", .options = "qp=0", .pictures = 6});
  const auto expected = AllPicturesOf(stream);
  auto decoder = DeviceUnderTest().CreateDecoder(VideoCodec::kH264).value();
  for (size_t i = 0; i < stream.size(); ++i) {
    const auto decoded = decoder->Decode(stream[i].view());
    if (!decoded) {
      EXPECT_EQ(i, 0u) << "the key frame already says it";
      EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported);
      return;
    }
    ASSERT_NE(*decoded, nullptr);
    EXPECT_EQ(DigestOf(InMemory(DeviceUnderTest(), (*decoded)->view()).view()), expected[i].digest);
  }
}

}  // namespace
}  // namespace continuo
