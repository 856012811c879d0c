// SPDX-License-Identifier: Apache-2.0
#include "server/mixer/arguments.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

Result<MixerArguments> Parse(const std::vector<const char*>& arguments) {
  return ParseMixerArguments(arguments);
}

TEST(MixerArguments, MixARoomOnTheCpuUnlessADeviceIsNamed) {
  const auto plain = Parse({"--parent", "7", "--link", "3", "--shards", "2"});
  ASSERT_TRUE(plain) << ToString(plain.error());
  EXPECT_EQ(*plain, MixerArguments(RoomArguments{7, 3, 2, DeviceSpec{}}));
  const DeviceSpec gpu{Backend::kVpl, "/dev/dri/renderD129"};
  EXPECT_EQ(Parse({"--device", "vpl:/dev/dri/renderD129", "--shards", "2", "--link", "3",
                   "--parent", "7"})
                .value(),
            MixerArguments(RoomArguments{7, 3, 2, gpu}));
  EXPECT_EQ(Parse({"--parent", "7", "--link", "3", "--shards", "2", "--device", "cpu"}).value(),
            *plain);
}

TEST(MixerArguments, SayWhenADeviceHasHung) {
  EXPECT_EQ(RoomArguments().device_deadline, TimeDelta::Millis(300));
  const auto patient =
      Parse({"--parent", "7", "--link", "3", "--shards", "2", "--device-deadline-ms", "2000"});
  ASSERT_TRUE(patient) << ToString(patient.error());
  EXPECT_EQ(std::get<RoomArguments>(*patient).device_deadline, TimeDelta::Seconds(2));
}

TEST(MixerArguments, TestADevice) {
  const DeviceSpec gpu{Backend::kVaapi, "/dev/dri/renderD128"};
  EXPECT_EQ(Parse({"--self-test", "vaapi:/dev/dri/renderD128"}).value(),
            MixerArguments(SelfTestArguments{gpu, false}));
  EXPECT_EQ(Parse({"--self-test", "cpu", "--stages"}).value(),
            MixerArguments(SelfTestArguments{DeviceSpec{}, true}));
}

TEST(MixerArguments, RefuseWhatMakesNoSense) {
  const std::vector<std::vector<const char*>> cases{
      {},
      {"--link"},
      {"--link", "3"},
      {"--shards", "2"},
      {"--link", "3", "--shards", "2"},
      {"--parent", "7", "--link", "three", "--shards", "2"},
      {"--parent", "7", "--link", "-1", "--shards", "2"},
      {"--parent", "7", "--link", "3x", "--shards", "2"},
      {"--parent", "us", "--link", "3", "--shards", "2"},
      {"--parent", "7", "--link", "3", "--shards", "2", "--stages"},
      {"--parent", "7", "--link", "3", "--shards", "2", "--device"},
      {"--parent", "7", "--link", "3", "--shards", "2", "--device", "/dev/dri/renderD128"},
      {"--parent", "7", "--link", "3", "--shards", "2", "--help"},
      {"--self-test"},
      {"--self-test", "auto"},
      {"--self-test", "cpu", "--device", "cpu"},
      {"--self-test", "cpu", "--device-deadline-ms", "300"},
      {"--self-test", "cpu", "--link", "3", "--shards", "2"},
      {"room"},
  };
  for (const auto& arguments : cases) {
    EXPECT_FALSE(Parse(arguments)) << (arguments.empty() ? "" : arguments.back());
  }
}

}  // namespace
}  // namespace continuo
