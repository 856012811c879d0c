// SPDX-License-Identifier: Apache-2.0
#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace continuo {
namespace {

using ::testing::HasSubstr;

CommandLine Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "continuod");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data());
}

std::string ErrorOf(std::string_view toml) {
  ServerConfig config;
  const Status applied = ApplyConfigText(toml, "continuo.toml", config);
  return applied ? "(accepted)" : ToString(applied.error());
}

TEST(ConfigTest, SetsEverythingThatAFileMaySay) {
  ServerConfig config;
  const Status applied = ApplyConfigText(R"(
state_dir = "/var/lib/continuo"
http = "https://192.0.2.1:443"
udp = "192.0.2.1:8443"
metrics = "127.0.0.1:9000"
control = "unix:/run/continuo/control.sock"
advertise = ["192.0.2.1", "2001:db8::1"]
mixer = "/usr/lib/continuo/continuo-mixer"
)",
                                         "continuo.toml", config);
  ASSERT_TRUE(applied) << ToString(applied.error());
  EXPECT_EQ(config.state_dir, "/var/lib/continuo");
  EXPECT_EQ(config.http.ToString(), "192.0.2.1:443");
  EXPECT_EQ(config.udp.port(), 8443);
  EXPECT_EQ(config.metrics.port(), 9000);
  EXPECT_EQ(config.control, "/run/continuo/control.sock");
  ASSERT_EQ(config.advertise.size(), 2u);
  EXPECT_EQ(config.advertise[1].IpToString(), "2001:db8::1");
  EXPECT_EQ(config.mixer, "/usr/lib/continuo/continuo-mixer");
}

TEST(ConfigTest, NamesTheLineOfAnUnknownKey) {
  EXPECT_THAT(ErrorOf("udp = \"8443\"\n\nhttps = \"x\"\n"),
              HasSubstr("continuo.toml:3: unknown key: https"));
}

TEST(ConfigTest, NamesTheLineOfABadValue) {
  EXPECT_THAT(ErrorOf("udp = \"8443\"\nmetrics = 9464\n"),
              HasSubstr("continuo.toml:2: not a string"));
  EXPECT_THAT(ErrorOf("udp = \"localhost:8443\""),
              HasSubstr("continuo.toml:1: not an ADDRESS:PORT"));
  EXPECT_THAT(ErrorOf("advertise = \"192.0.2.1\""), HasSubstr("advertise is not a list"));
  EXPECT_THAT(ErrorOf("udp = \n"), HasSubstr("continuo.toml:1"));
}

TEST(ConfigTest, DevicesStandInATableOfTheirOwn) {
  EXPECT_TRUE(ServerConfig().device.automatic);
  ServerConfig config;
  ASSERT_TRUE(ApplyConfigText("[hwaccel]\ndevice = \"cpu\"\n", "continuo.toml", config));
  EXPECT_FALSE(config.device.automatic);
  EXPECT_TRUE(config.device.wishes.empty());
  ASSERT_TRUE(ApplyConfigText(
      "[hwaccel]\ndevice = [\"/dev/dri/renderD128\", \"vpl:/dev/dri/renderD129\"]\n",
      "continuo.toml", config));
  ASSERT_EQ(config.device.wishes.size(), 2u);
  EXPECT_EQ(config.device.wishes[0].size(), 2u);  // by VA-API, else by oneVPL
  EXPECT_EQ(ToString(config.device.wishes[1][0]), "vpl:/dev/dri/renderD129");
  ASSERT_TRUE(ApplyConfigText("[hwaccel]\ndevice = \"auto\"\n", "continuo.toml", config));
  EXPECT_TRUE(config.device.automatic);
}

TEST(ConfigTest, NamesTheLineOfAMistakeAboutDevices) {
  EXPECT_THAT(ErrorOf("[hwaccel]\n\ndevices = \"auto\"\n"),
              HasSubstr("continuo.toml:3: unknown key: hwaccel.devices"));
  EXPECT_THAT(ErrorOf("udp = \"8443\"\n[hwaccel]\ndevice = \"gpu\"\n"),
              HasSubstr("continuo.toml:3: not auto, cpu, PATH, vaapi:PATH or vpl:PATH: gpu"));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice = 128\n"), HasSubstr("continuo.toml:2: device is"));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice = [128]\n"), HasSubstr("continuo.toml:2: device is"));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice = [\"cpu\", \"auto\"]\n"), HasSubstr("stands alone"));
  EXPECT_THAT(ErrorOf("hwaccel = \"auto\"\n"), HasSubstr("continuo.toml:1: unknown key"));
  EXPECT_THAT(ErrorOf("device = \"auto\"\n"), HasSubstr("continuo.toml:1: unknown key"));
}

TEST(ConfigTest, ADevicesDeadlineIsBounded) {
  EXPECT_EQ(ServerConfig().device_deadline, TimeDelta::Millis(300));
  ServerConfig config;
  ASSERT_TRUE(ApplyConfigText("[hwaccel]\ndevice_deadline_ms = 1500\n", "continuo.toml", config));
  EXPECT_EQ(config.device_deadline, TimeDelta::Millis(1500));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice_deadline_ms = 0\n"), HasSubstr("continuo.toml:2: "));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice_deadline_ms = 60000\n"), HasSubstr("50 to 10000 ms"));
  EXPECT_THAT(ErrorOf("[hwaccel]\ndevice_deadline_ms = \"1s\"\n"), HasSubstr("not a number"));
  EXPECT_EQ(Parse({"--device-deadline-ms", "2000"}).config->device_deadline, TimeDelta::Seconds(2));
  EXPECT_EQ(Parse({"--device-deadline-ms", "1"}).exit_code, 1);
}

TEST(ConfigTest, DeviceFlagsOverrideTheFile) {
  const std::string path = ::testing::TempDir() + "/config_test_devices.toml";
  std::ofstream(path) << "[hwaccel]\ndevice = \"cpu\"\n";
  const CommandLine parsed = Parse({"--config", path, "--device", "/dev/dri/renderD129", "--device",
                                    "vaapi:/dev/dri/renderD128"});
  ASSERT_TRUE(parsed.config) << parsed.text;
  ASSERT_EQ(parsed.config->device.wishes.size(), 2u);
  EXPECT_EQ(parsed.config->device.wishes[0][0].path, "/dev/dri/renderD129");
  EXPECT_EQ(Parse({"--device", "gpu"}).exit_code, 1);
}

TEST(ConfigTest, RefusesPlainHttpOffLoopback) {
  EXPECT_THAT(ErrorOf("http = \"http://0.0.0.0:80\""),
              HasSubstr("plain http is only for loopback"));
  EXPECT_EQ(ErrorOf("http = \"http://127.0.0.1:80\""), "(accepted)");
  EXPECT_EQ(ErrorOf("http = \"http://[::1]:80\""), "(accepted)");
}

TEST(ConfigTest, FlagsOverrideTheFile) {
  const std::string path = ::testing::TempDir() + "/config_test.toml";
  std::ofstream(path) << "udp = \"127.0.0.1:1\"\nstate_dir = \"/from/file\"\n"
                         "advertise = [\"192.0.2.9\"]\n";
  const CommandLine parsed =
      Parse({"--config", path, "--udp", "127.0.0.1:2", "--advertise", "192.0.2.1"});
  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_EQ(parsed.config->udp.port(), 2);
  EXPECT_EQ(parsed.config->state_dir, "/from/file");
  ASSERT_EQ(parsed.config->advertise.size(), 1u);
  EXPECT_EQ(parsed.config->advertise[0].IpToString(), "192.0.2.1");
  EXPECT_EQ(parsed.config->control, "/from/file/control.sock");
}

TEST(ConfigTest, AMistakeIsOneLineAndExitCodeOne) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--colour", "red"},
                                                    {"--udp", "nonsense"},
                                                    {"--config", "/none"},
                                                    {"--control", "tcp:1"}}) {
    const CommandLine parsed = Parse(arguments);
    EXPECT_FALSE(parsed.config);
    EXPECT_EQ(parsed.exit_code, 1);
    EXPECT_THAT(parsed.text, ::testing::StartsWith("continuod: "));
    EXPECT_EQ(parsed.text.find('\n'), std::string::npos) << parsed.text;
  }
}

TEST(ConfigTest, HelpIsNoMistake) {
  const CommandLine parsed = Parse({"--help"});
  EXPECT_FALSE(parsed.config);
  EXPECT_EQ(parsed.exit_code, 0);
  EXPECT_THAT(parsed.text, HasSubstr("--advertise"));
}

}  // namespace
}  // namespace continuo
