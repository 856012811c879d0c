// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/device_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kNode = "/dev/dri/renderD128";
const DeviceSpec kVaapi{Backend::kVaapi, kNode};
const DeviceSpec kVpl{Backend::kVpl, kNode};

const std::vector<std::string> kNoSpecs{"",
                                        "CPU",
                                        "cpu:",
                                        "cpu:/dev/zero",
                                        "vaapi",
                                        "vaapi:",
                                        "vaapi:dri",
                                        "vaapi: /dev/x",
                                        "nvenc:/dev",
                                        "vaapi:/a\nb",
                                        "vaapi:/a\"b",
                                        " cpu",
                                        "vaapi:/caf\xc3\xa9",
                                        "vaapi:/" + std::string(200, 'x')};

TEST(DeviceSpec, ReadsWhatItWrites) {
  for (const DeviceSpec& spec : {DeviceSpec{}, kVaapi, kVpl}) {
    EXPECT_EQ(ParseDeviceSpec(ToString(spec)).value(), spec);
  }
  EXPECT_EQ(ToString(DeviceSpec{}), "cpu");
  EXPECT_EQ(ToString(kVpl), "vpl:/dev/dri/renderD128");
}

TEST(DeviceSpec, RefusesEverythingElse) {
  for (const std::string& text : kNoSpecs) {
    const auto spec = ParseDeviceSpec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(ParseDeviceSpec(kNode));  // which backend?
}

TEST(DeviceWish, TriesVaApiFirstWhenOnlyAPathIsGiven) {
  EXPECT_THAT(ParseDeviceWish(kNode).value(), ElementsAre(kVaapi, kVpl));
  EXPECT_THAT(ParseDeviceWish("vpl:" + kNode).value(), ElementsAre(kVpl));
  EXPECT_THAT(ParseDeviceWish("cpu").value(), ElementsAre(DeviceSpec{}));
  for (const std::string& text : kNoSpecs) EXPECT_FALSE(ParseDeviceWish(text)) << text;
}

TEST(DeviceChoice, IsAutomaticOrTheCpuOrAList) {
  const auto automatic = ParseDeviceChoice({"auto"});
  ASSERT_TRUE(automatic);
  EXPECT_EQ(*automatic, DeviceChoice{});
  EXPECT_TRUE(automatic->automatic);
  const auto cpu = ParseDeviceChoice({"cpu"});
  ASSERT_TRUE(cpu);
  EXPECT_FALSE(cpu->automatic);
  EXPECT_THAT(cpu->wishes, IsEmpty());
  const auto list = ParseDeviceChoice({"/dev/dri/renderD129", "vpl:" + kNode});
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->automatic);
  EXPECT_THAT(list->wishes,
              ElementsAre(ElementsAre(DeviceSpec{Backend::kVaapi, "/dev/dri/renderD129"},
                                      DeviceSpec{Backend::kVpl, "/dev/dri/renderD129"}),
                          ElementsAre(kVpl)));
}

TEST(DeviceChoice, RefusesWhatNobodyCanMean) {
  const std::vector<std::vector<std::string>> cases{
      {},
      {""},
      {"auto", "cpu"},
      {"auto", kNode},
      {kNode, "cpu"},
      {kNode, kNode},
      {kNode, "vpl:" + kNode},
      {"vaapi:" + kNode, kNode},
      {kNode, "gpu"},
  };
  for (const auto& texts : cases) {
    const auto choice = ParseDeviceChoice(texts);
    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(DeviceChoice, MayNameBothBackendsOfOneDevice) {
  EXPECT_TRUE(ParseDeviceChoice({"vpl:" + kNode, "vaapi:" + kNode}));
}

}  // namespace
}  // namespace continuo
