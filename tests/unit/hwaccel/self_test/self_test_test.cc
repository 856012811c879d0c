// SPDX-License-Identifier: Apache-2.0
// The self-test finds what is wrong with a device, and says which stage it is.
#include "hwaccel/self_test/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hwaccel/self_test/chain_check.h"
#include "hwaccel/self_test/check_list.h"
#include "hwaccel/self_test/compose_checks.h"
#include "hwaccel/self_test/decode_checks.h"
#include "hwaccel/self_test/encode_checks.h"
#include "tests/unit/hwaccel/self_test/faulty_device.h"

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Part = void (*)(Device&, CheckList&);

const OnSelfTestStage kUntold;

// What one part of the test finds on a device with this fault.
SelfTestReport Find(Part part, Fault fault) {
  FaultyDevice device(fault);
  SelfTestReport report;
  CheckList checks(report, kUntold);
  part(device, checks);
  return report;
}

std::vector<std::string> NamesOf(const SelfTestReport& report, Verdict verdict) {
  std::vector<std::string> names;
  for (const SelfTestCheck& check : report.checks) {
    if (check.verdict == verdict) names.push_back(check.name);
  }
  return names;
}
std::vector<std::string> FailuresOf(const SelfTestReport& report) {
  return NamesOf(report, Verdict::kFailed);
}

TEST(SelfTest, PassesTheCpuItself) {
  std::vector<std::string> stages;
  const SelfTestReport report =
      TestDevice(DeviceSpec{}, [&](std::string_view stage) { stages.emplace_back(stage); });
  EXPECT_TRUE(report.passed) << ReasonOf(report);
  EXPECT_EQ(report.device, "cpu");
  EXPECT_EQ(report.canvas, "4096x4096");
  EXPECT_THAT(report.decodes, SizeIs(2));
  EXPECT_EQ(stages.front(), "open");
  EXPECT_EQ(stages.back(), "close");
  for (const SelfTestCheck& check : report.checks) {
    EXPECT_EQ(check.verdict, Verdict::kPassed) << check.name << ": " << check.detail;
    EXPECT_THAT(stages, Contains(check.name));
  }
  EXPECT_THAT(report.checks, SizeIs(23));
}

TEST(SelfTest, SaysThatADeviceDoesNotOpen) {
  const SelfTestReport report = TestDevice({Backend::kVaapi, "/nowhere"}, kUntold);
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(report.error, StartsWith("open: "));
  EXPECT_EQ(report.device, "vaapi:/nowhere");
  EXPECT_THAT(report.checks, IsEmpty());
}

TEST(SelfTest, SkipsWhatTheCpuHasToDo) {
  FaultyDevice device(Fault::kNone);
  device.limits().decode[static_cast<size_t>(VideoCodec::kVp8)] = {};
  device.limits().encode[static_cast<size_t>(VideoCodec::kVp8)] = {};
  device.limits().encode[static_cast<size_t>(VideoCodec::kH264)].changes_rate = false;
  const SelfTestReport report = TestDevice(device, kUntold);
  EXPECT_TRUE(report.passed) << ReasonOf(report);
  EXPECT_EQ(report.device, "vaapi:/dev/dri/renderD128");
  EXPECT_THAT(NamesOf(report, Verdict::kSkipped),
              ElementsAre("decode vp8", "encode vp8", "rate change of h264"));
  EXPECT_THAT(report.encodes, ElementsAre("h264 up to 4096x4096"));
}

TEST(SelfTest, NoticesADecoderThatIsWrong) {
  const SelfTestReport swapped = Find(CheckDecoders, Fault::kSwapsChroma);
  EXPECT_THAT(FailuresOf(swapped), ElementsAre("decode vp8", "decode h264"));
  EXPECT_THAT(ReasonOf(swapped), HasSubstr("36 not bit-exact"));
  EXPECT_THAT(ReasonOf(Find(CheckDecoders, Fault::kLosesAPicture)),
              "decode vp8: picture 7 did not come out");
}

TEST(SelfTest, NoticesNamesThatAreMissingOrWrong) {
  // Small as they are, they show in their tiles too.
  EXPECT_THAT(FailuresOf(Find(CheckCompositor, Fault::kDropsOverlays)),
              AllOf(Contains("plates on 1 tile"), Contains("plates on 4 tiles"),
                    Contains("plates on 9 tiles"), Contains("plates on 16 tiles"),
                    Contains("plates on 25 tiles")));
  EXPECT_THAT(FailuresOf(Find(CheckCompositor, Fault::kForgetsTransparency)),
              AllOf(Contains("plates on 1 tile"), Contains("plates on 25 tiles")));
}

TEST(SelfTest, NoticesACanvasThatIsOneRowOff) {
  EXPECT_THAT(FailuresOf(Find(CheckCompositor, Fault::kOneRowOff)),
              AllOf(Contains("compose 1 tile"), Contains("compose 4 tiles"),
                    Contains("compose 9 tiles"), Contains("compose 16 tiles"),
                    Contains("compose 25 tiles"), Contains("draw one tile again")));
}

TEST(SelfTest, NoticesTilesThatAreMissing) {
  const SelfTestReport ninth = Find(CheckCompositor, Fault::kDropsTheNinthTile);
  EXPECT_THAT(FailuresOf(ninth),
              AllOf(Contains("compose 9 tiles"), Contains("compose 16 tiles"),
                    Contains("compose 25 tiles"), Not(Contains("compose 4 tiles"))));
  EXPECT_THAT(ReasonOf(ninth), HasSubstr("in tile 9"));
  EXPECT_THAT(FailuresOf(Find(CheckCompositor, Fault::kWipesTheCanvas)),
              ElementsAre("draw one tile again"));
}

TEST(SelfTest, ToleratesAnotherScaler) {
  const SelfTestReport report = Find(CheckCompositor, Fault::kScalesInItsOwnWay);
  for (const SelfTestCheck& check : report.checks) {
    EXPECT_EQ(check.verdict, Verdict::kPassed) << check.name << ": " << check.detail;
  }
}

TEST(SelfTest, NoticesThatOtherSizesShowSomethingElse) {
  EXPECT_THAT(FailuresOf(Find(CheckCompositor, Fault::kSmallCanvasIsStale)),
              ElementsAre("canvas at other sizes"));
}

TEST(SelfTest, NoticesAnEncoderThatIgnoresRatesOrKeyFrames) {
  EXPECT_THAT(FailuresOf(Find(CheckEncoders, Fault::kIgnoresRate)),
              AllOf(Contains("rate change of vp8"), Contains("rate change of h264")));
  const SelfTestReport restarts = Find(CheckEncoders, Fault::kTakesRateWithAKeyFrame);
  EXPECT_THAT(FailuresOf(restarts),
              AllOf(Contains("rate change of vp8"), Contains("rate change of h264"),
                    Contains("key frames of h264")));
  EXPECT_THAT(FailuresOf(Find(CheckEncoders, Fault::kIgnoresForcedKeyFrames)),
              ElementsAre("key frames of vp8", "key frames of h264"));
}

TEST(SelfTest, NoticesAnEncoderThatShowsSomethingElse) {
  EXPECT_THAT(FailuresOf(Find(CheckEncoders, Fault::kEncodesAnOldPicture)),
              AllOf(Contains("encode vp8"), Contains("encode h264")));
}

TEST(SelfTest, NoticesPicturesThatLeaveTheDevice) {
  const SelfTestReport report = Find(CheckChain, Fault::kGoesThroughMemory);
  EXPECT_THAT(FailuresOf(report), ElementsAre("pictures stay on the device"));
  EXPECT_THAT(ReasonOf(report), HasSubstr("25 downloads, 0 uploads"));
}

TEST(SelfTest, EndsWithADeviceThatIsLostAndSaysWhere) {
  FaultyDevice decoder(Fault::kDecoderFails);
  const SelfTestReport at_decode = TestDevice(decoder, kUntold);
  EXPECT_FALSE(at_decode.passed);
  EXPECT_EQ(ReasonOf(at_decode), "decode vp8: the GPU was reset");
  EXPECT_THAT(at_decode.checks, SizeIs(1));
  const SelfTestReport at_compose = Find(CheckCompositor, Fault::kCompositorFails);
  EXPECT_EQ(ReasonOf(at_compose), "draw one tile again: the GPU was reset");
  EXPECT_EQ(FailuresOf(at_compose), std::vector<std::string>{"draw one tile again"});
  const SelfTestReport at_encode = Find(CheckEncoders, Fault::kEncoderFails);
  EXPECT_EQ(ReasonOf(at_encode), "encode vp8: the GPU was reset");
  EXPECT_THAT(at_encode.checks, SizeIs(1));
}

}  // namespace
}  // namespace continuo
