// SPDX-License-Identifier: Apache-2.0
// A device decodes what senders send to the byte, and shows it when the CPU would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "hwaccel/device.h"
#include "media/vp8_header.h"
#include "tests/conformance/support/clip.h"
#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/h264_stream.h"
#include "tests/conformance/support/picture_match.h"
#include "tests/conformance/support/plain_decoder.h"
#include "tests/conformance/support/vp8_stream.h"

namespace continuo {
namespace {

// Whether this device says that it decodes the codec. Which ones it has to, limits_test.cc says.
bool Decodes(VideoCodec codec) {
  return DeviceUnderTest().limits().decode[static_cast<size_t>(codec)].max_size.width > 0;
}

// A decoder of the device, and what it shows, brought to memory.
class Watched {
 public:
  explicit Watched(VideoCodec codec) {
    auto made = DeviceUnderTest().CreateDecoder(codec);
    EXPECT_TRUE(made) << ToString(made.error());
    if (made) decoder_ = *std::move(made);
  }

  std::optional<ShownPicture> Decode(const OwnedEncodedFrame& frame) {
    if (decoder_ == nullptr) return std::nullopt;
    const auto decoded = decoder_->Decode(frame.view());
    EXPECT_TRUE(decoded) << ToString(decoded.error()) << ", picture "
                         << frame.rtp_timestamp / kTicksPerPicture;
    if (!decoded || *decoded == nullptr) return std::nullopt;
    EXPECT_TRUE(IsOn(DeviceUnderTest(), (*decoded)->view()));
    const TestPicture picture = InMemory(DeviceUnderTest(), (*decoded)->view());
    return ShownPicture{(*decoded)->rtp_timestamp(), picture.size(), DigestOf(picture.view())};
  }

 private:
  std::unique_ptr<VideoDecoder> decoder_;
};

bool IsShown(const OwnedEncodedFrame& frame) {
  if (frame.codec == VideoCodec::kH264) return true;
  return ParseVp8Header(frame.payload).value().shown;
}

// Every frame's picture comes out of the same call, and is the one that libavcodec makes.
void ExpectEveryPicture(const Stream& stream) {
  const auto expected = AllPicturesOf(stream);
  const uint64_t uploads = DeviceUnderTest().probe().uploads.value();
  Watched decoder(stream.front().codec);
  size_t next = 0;
  for (const OwnedEncodedFrame& frame : stream) {
    const auto shown = decoder.Decode(frame);
    ASSERT_EQ(shown.has_value(), IsShown(frame))
        << "at picture " << frame.rtp_timestamp / kTicksPerPicture;
    if (!shown) continue;
    ASSERT_LT(next, expected.size());
    ASSERT_EQ(*shown, expected[next++]);
  }
  EXPECT_EQ(next, expected.size());
  EXPECT_EQ(DeviceUnderTest().probe().uploads.value(), uploads);
}

// Of a stream whose pictures are not in the order in which they are shown: those that come out are
// right and in order, and few are missing, for nobody waits for a picture that may never come.
void ExpectPicturesInOrder(const Stream& stream, size_t may_miss) {
  const auto expected = AllPicturesOf(stream);
  Watched decoder(stream.front().codec);
  size_t shown = 0;
  auto next = expected.begin();
  for (const OwnedEncodedFrame& frame : stream) {
    const auto picture = decoder.Decode(frame);
    if (!picture) continue;
    ++shown;
    const auto found = std::find(next, expected.end(), *picture);
    ASSERT_NE(found, expected.end()) << ::testing::PrintToString(*picture);
    next = found + 1;
  }
  EXPECT_GE(shown + may_miss, expected.size());
}

template <typename Style>
std::string NameOfStyle(const testing::TestParamInfo<Style>& info) {
  return info.param.name;
}

class H264Decode : public testing::TestWithParam<H264Style> {};
INSTANTIATE_TEST_SUITE_P(
    Live, H264Decode,
    testing::Values(
        H264Style{.name = "ConstrainedBaseline",
                  .profile = "baseline",
                  .tune = "zerolatency",
                  .options = "ref=1"},
        H264Style{.name = "Baseline",
                  .profile = "baseline",
                  .tune = "zerolatency",
                  .options = "ref=3",
                  .unconstrained_baseline = true},
        H264Style{.name = "SeveralReferences",
                  .profile = "main",
                  .tune = "zerolatency",
                  .options = "ref=5:mixed-refs=1:subme=7"},
        H264Style{
            .name = "Cavlc", .profile = "main", .tune = "zerolatency", .options = "cabac=0:ref=2"},
        H264Style{.name = "WeightedPrediction",
                  .profile = "main",
                  .tune = "zerolatency",
                  .options = "weightp=2:ref=3",
                  .light = Light::kFading},
        H264Style{.name = "Transform8x8",
                  .tune = "zerolatency",
                  .options = "8x8dct=1:ref=4:partitions=all"},
        H264Style{.name = "ScalingLists", .tune = "zerolatency", .options = "cqm=jvt:8x8dct=1"},
        H264Style{.name = "FourSlices", .tune = "zerolatency", .options = "slices=4:ref=2"},
        H264Style{.name = "SlicesOfOnePacket",
                  .profile = "baseline",
                  .tune = "zerolatency",
                  .options = "slice-max-size=600"},
        H264Style{.name = "IntraRefresh",
                  .profile = "main",
                  .tune = "zerolatency",
                  .options = "intra-refresh=1:keyint=10:ref=1",
                  .pictures = 40},
        H264Style{.name = "ConstrainedIntra",
                  .tune = "zerolatency",
                  .options = "constrained-intra=1:deblock=-2,1"},
        H264Style{.name = "NoDeblocking", .tune = "zerolatency", .options = "no-deblock=1"},
        H264Style{.name = "ManyKeyFrames", .tune = "zerolatency", .key_every = 4},
        H264Style{.name = "Portrait", .size = {358, 642}, .tune = "zerolatency", .pictures = 8},
        H264Style{.name = "NoWholeMacroblocks",
                  .size = {426, 242},
                  .profile = "baseline",
                  .tune = "zerolatency"},
        H264Style{.name = "Small", .size = {160, 90}, .tune = "zerolatency"},
        H264Style{.name = "HighDefinition",
                  .size = {1280, 720},
                  .profile = "baseline",
                  .tune = "zerolatency",
                  .pictures = 6}),
    NameOfStyle<H264Style>);

TEST_P(H264Decode, ShowsEveryPictureToTheByte) {
  ASSERT_TRUE(Decodes(VideoCodec::kH264));
  ExpectEveryPicture(EncodeH264(GetParam()));
}

class H264DecodeReordered : public testing::TestWithParam<H264Style> {};
INSTANTIATE_TEST_SUITE_P(
    Recorded, H264DecodeReordered,
    testing::Values(
        H264Style{.name = "BFrames", .profile = "main", .options = "bframes=2:b-pyramid=none"},
        H264Style{.name = "Pyramid",
                  .profile = "main",
                  .options = "bframes=5:b-adapt=0:b-pyramid=normal:weightp=2:ref=4",
                  .light = Light::kFading},
        H264Style{.name = "StrictPyramid",
                  .options = "bframes=3:b-adapt=0:b-pyramid=strict:direct=temporal"},
        H264Style{.name = "WeightedBothWays",
                  .options = "bframes=3:b-adapt=0:weightb=1:direct=auto:ref=5:8x8dct=1",
                  .light = Light::kFading},
        H264Style{.name = "SlicesAndTemporalDirect",
                  .options = "bframes=3:b-adapt=0:slices=4:direct=temporal:cqm=jvt"},
        H264Style{.name = "Interlaced", .options = "tff=1:bframes=2:ref=3"}),
    NameOfStyle<H264Style>);

TEST_P(H264DecodeReordered, ShowsPicturesToTheByteAndInOrder) {
  H264Style style = GetParam();
  style.pictures = 40;
  ExpectPicturesInOrder(EncodeH264(style), 10);
}

class Vp8Decode : public testing::TestWithParam<Vp8Style> {};
INSTANTIATE_TEST_SUITE_P(
    Live, Vp8Decode,
    testing::Values(
        Vp8Style{.name = "Plain"}, Vp8Style{.name = "FourPartitions", .log2_partitions = 2},
        Vp8Style{.name = "EightPartitions", .size = {640, 360}, .log2_partitions = 3},
        Vp8Style{.name = "HiddenFrames", .hidden_frames = true, .pictures = 40},
        Vp8Style{.name = "ErrorResilient", .error_resilient = true},
        Vp8Style{.name = "Sharp", .sharpness = 5}, Vp8Style{.name = "Version1", .version = 1},
        Vp8Style{.name = "Version2", .version = 2}, Vp8Style{.name = "Version3", .version = 3},
        Vp8Style{.name = "OddSides", .size = {353, 287}},
        Vp8Style{.name = "Portrait", .size = {360, 640}, .pictures = 8},
        Vp8Style{.name = "ManyKeyFrames", .key_every = 4}),
    NameOfStyle<Vp8Style>);

TEST_P(Vp8Decode, ShowsEveryPictureToTheByte) {
  if (!Decodes(VideoCodec::kVp8)) GTEST_SKIP() << "the Engine decodes it on the CPU";
  ExpectEveryPicture(EncodeVp8(GetParam()));
}

TEST(Decode, FollowsASenderThatChangesItsSize) {
  Stream stream;
  for (const PixelSize size : {PixelSize{320, 180}, PixelSize{640, 360}, PixelSize{360, 640},
                               PixelSize{426, 240}, PixelSize{320, 180}}) {
    stream = Then(
        std::move(stream),
        EncodeH264({.size = size, .profile = "baseline", .tune = "zerolatency", .pictures = 6}));
  }
  ExpectEveryPicture(stream);
}

TEST(Decode, FollowsASenderThatChangesItsProfile) {
  Stream stream;
  for (const char* const profile : {"baseline", "high", "main", "baseline"}) {
    stream = Then(std::move(stream),
                  EncodeH264({.profile = profile, .tune = "zerolatency", .pictures = 6}));
  }
  ExpectEveryPicture(stream);
}

TEST(Decode, FollowsAVp8SenderThatChangesItsSize) {
  if (!Decodes(VideoCodec::kVp8)) GTEST_SKIP() << "the Engine decodes it on the CPU";
  Stream stream;
  for (const PixelSize size :
       {PixelSize{320, 180}, PixelSize{641, 359}, PixelSize{360, 640}, PixelSize{320, 180}}) {
    stream = Then(std::move(stream), EncodeVp8({.size = size, .pictures = 6}));
  }
  ExpectEveryPicture(stream);
}

// A tile keeps its last picture for as long as its sender is silent.
TEST(Decode, APictureStaysAsItIsWhileItIsHeld) {
  for (const VideoCodec codec : {VideoCodec::kH264, VideoCodec::kVp8}) {
    if (!Decodes(codec)) continue;
    const Stream stream = codec == VideoCodec::kH264
                              ? EncodeH264({.tune = "zerolatency", .options = "ref=4"})
                              : EncodeVp8({});
    const auto expected = AllPicturesOf(stream);
    auto decoder = DeviceUnderTest().CreateDecoder(codec).value();
    std::vector<std::unique_ptr<const VideoFrame>> held;
    for (size_t i = 0; i < stream.size(); ++i) {
      auto picture = decoder->Decode(stream[i].view()).value();
      ASSERT_NE(picture, nullptr);
      if (held.size() + 1 < Device::kMaxHeldPictures) held.push_back(std::move(picture));
    }
    decoder.reset();
    for (size_t i = 0; i < held.size(); ++i) {
      EXPECT_EQ(DigestOf(InMemory(DeviceUnderTest(), held[i]->view()).view()), expected[i].digest)
          << "picture " << i << ", whose decoder is gone";
    }
  }
}

TEST(Decode, WhoHoldsTooManyPicturesSeesNoMoreUntilSomeAreGivenBack) {
  if (TestingTheCpu()) GTEST_SKIP() << "memory is not so scarce there";
  const Stream stream = EncodeH264({.tune = "zerolatency", .options = "ref=4", .pictures = 60});
  const auto expected = AllPicturesOf(stream);
  Device& device = DeviceUnderTest();
  const uint64_t counted = device.probe().pictures_held.value();
  auto decoder = device.CreateDecoder(VideoCodec::kH264).value();
  std::vector<std::unique_ptr<const VideoFrame>> held;
  uint64_t missing = 0;
  for (size_t i = 0; i < 40; ++i) {
    auto picture = decoder->Decode(stream[i].view());
    ASSERT_TRUE(picture) << ToString(picture.error());
    if (*picture == nullptr) ++missing;
    if (*picture != nullptr) held.push_back(*std::move(picture));
  }
  EXPECT_EQ(held.size(), static_cast<size_t>(Device::kMaxHeldPictures));
  EXPECT_GT(missing, 0u);
  EXPECT_EQ(device.probe().pictures_held.value() - counted, missing);
  held.clear();
  for (size_t i = 40; i < stream.size(); ++i) {
    const auto picture = decoder->Decode(stream[i].view()).value();
    ASSERT_NE(picture, nullptr);
    EXPECT_EQ(DigestOf(InMemory(device, picture->view()).view()), expected[i].digest);
  }
}

std::string NameOfClip(const testing::TestParamInfo<std::string>& clip) {
  const size_t slash = clip.param.rfind('/') + 1;
  return clip.param.substr(slash, clip.param.rfind('.') - slash);
}

class ClipDecode : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClipDecode);
INSTANTIATE_TEST_SUITE_P(Media, ClipDecode, testing::ValuesIn(ClipPaths()), NameOfClip);

TEST_P(ClipDecode, ShowsRealPeopleToTheByte) {
  ClipReader clip(GetParam(), SaidRange::kLimited);
  const auto codec = clip.codec();
  ASSERT_TRUE(codec) << "a codec that rooms don't have";
  PlainDecoder plain(*codec);
  Watched decoder(*codec);
  std::vector<ShownPicture> expected;
  std::vector<ShownPicture> shown;
  while (const auto frame = clip.Next()) {
    for (const auto& picture : plain.Decode(*frame)) expected.push_back(picture);
    if (const auto picture = decoder.Decode(*frame)) shown.push_back(*picture);
  }
  for (const auto& picture : plain.Flush()) expected.push_back(picture);
  auto next = expected.begin();
  for (const ShownPicture& picture : shown) {
    const auto found = std::find(next, expected.end(), picture);
    ASSERT_NE(found, expected.end()) << ::testing::PrintToString(picture);
    next = found + 1;
  }
  EXPECT_GE(shown.size() + 10, expected.size());
}

}  // namespace
}  // namespace continuo
