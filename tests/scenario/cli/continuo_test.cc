// SPDX-License-Identifier: Apache-2.0
// The `continuo` program itself, against a real control socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "api/grpc_server.h"
#include "base/clock.h"
#include "crypto/init.h"
#include "tests/support/control_thread.h"
#include "tests/support/fake_conference.h"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class ContinuoTest : public ::testing::Test {
 protected:
  ContinuoTest() {
    char directory[] = "/tmp/continuo-cli-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
    control_.Do([this] {
      auto server = GrpcServer::Start(control_.loop(), conference_, invitations_,
                                      {"unix:" + Socket(), "https://mixer.test:8443"});
      ASSERT_TRUE(server) << ToString(server.error());
      server_ = std::move(*server);
    });
  }
  ~ContinuoTest() override {
    control_.Do([this] { server_.reset(); });
    ::rmdir(directory_.c_str());
  }

  std::string Socket() const { return directory_ + "/control.sock"; }

  // What it prints, stderr included, with the socket in its environment; its status in status_.
  std::string Run(const std::string& arguments) {
    return Shell("CONTINUO_CONTROL=unix:" + Socket() + " " CONTINUO_PROGRAM " " + arguments);
  }
  std::string Shell(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    status_ = WEXITSTATUS(::pclose(pipe));
    return output;
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  std::string directory_;
  ControlThread control_;
  std::unique_ptr<GrpcServer> server_;
  int status_ = -1;
};

TEST_F(ContinuoTest, AnOperatorMakesARoomAndInvitesSomebody) {
  EXPECT_THAT(Run("rooms create crisis"), HasSubstr("crisis"));
  EXPECT_EQ(status_, 0);
  const std::string url = Run("rooms invite crisis --as 'Zoë M.' --for 8h");
  EXPECT_EQ(status_, 0);
  ASSERT_THAT(url, MatchesRegex("https://mixer\\.test:8443/join/crisis#[A-Za-z0-9_.-]+\n"));
  const std::string token = url.substr(url.find('#') + 1, url.size() - url.find('#') - 2);
  const auto invitation = invitations_.Verify(token, UnixSeconds());
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->display_name, "Zoë M.");
  EXPECT_NEAR(static_cast<double>(invitation->expires_unix_seconds - UnixSeconds()), 8 * 3600, 5);
}

TEST_F(ContinuoTest, SeesWhoIsThereAndSendsSomebodyAway) {
  control_.Do([this] {
    EXPECT_TRUE(conference_.CreateRoom("crisis"));
    conference_.Join({"crisis", "Ana", Rung::kHd, "v=0"}, [](auto) {});
  });
  EXPECT_THAT(Run("rooms list"), HasSubstr("crisis  1"));
  EXPECT_THAT(Run("participants list crisis"), HasSubstr("Ana"));
  EXPECT_THAT(Run("participants list crisis --json"), StartsWith("{\"participants\":[{"));
  EXPECT_EQ(Run("participants remove crisis 1"), "");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(Run("rooms get crisis --json"), HasSubstr("\"participantCount\":0"));
}

TEST_F(ContinuoTest, MovesARoomToADevice) {
  control_.Do([this] { EXPECT_TRUE(conference_.CreateRoom("crisis")); });
  EXPECT_THAT(Run("rooms move crisis --device renderD128"), HasSubstr("vaapi:/dev/dri/renderD128"));
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(Run("rooms move crisis --device renderD200"),
            "continuo: There is no such device: renderD200\n");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(Run("rooms move crisis"), StartsWith("continuo: --device is required"));
}

TEST_F(ContinuoTest, ListsDevicesAndTestsThem) {
  EXPECT_THAT(Run("devices list"), HasSubstr("renderD128  ready"));
  EXPECT_THAT(Run("devices list --json"), StartsWith("{\"devices\":[{\"name\":\"devices/cpu\""));
  for (const char* name : {"renderD128", "/dev/dri/renderD128", "vaapi:/dev/dri/renderD128"}) {
    EXPECT_THAT(Run(std::string("devices test ") + name), HasSubstr("renderD128  ready")) << name;
    EXPECT_EQ(status_, 0);
  }
  control_.Do([this] {
    conference_.devices[1].state = DeviceState::kRefused;
    conference_.devices[1].reason = "compose 4 tiles: 12 dB";
  });
  EXPECT_THAT(Run("devices test renderD128"),
              HasSubstr("continuo: The device is not used: compose 4 tiles: 12 dB\n"));
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(Run("devices test renderD200"), "continuo: There is no such device: renderD200\n");
}

TEST_F(ContinuoTest, ErrorsAreOneClearLine) {
  EXPECT_EQ(Run("rooms delete none"), "continuo: There is no such room: none\n");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(Run("rooms invite none --as Ana --for soon"), StartsWith("continuo: Not a duration"));
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(Run("rooms invite none"), StartsWith("continuo: --as is required"));
  EXPECT_EQ(status_, 1);
}

TEST_F(ContinuoTest, SaysWhereItLookedWhenThereIsNoServer) {
  const std::string output = Run("rooms list --control unix:/nowhere/control.sock");
  EXPECT_THAT(output, StartsWith("continuo: No server answers on the control socket: "
                                 "unix:/nowhere/control.sock"));
  EXPECT_EQ(status_, 1);
}

TEST_F(ContinuoTest, AWatchEndsWithItsRoom) {
  control_.Do([this] { EXPECT_TRUE(conference_.CreateRoom("crisis")); });
  control_.Do([this] {
    control_.loop().CallAfter(TimeDelta::Millis(500),
                              [this] { EXPECT_TRUE(conference_.DeleteRoom("crisis")); });
  });
  const std::string output = Run("rooms watch crisis --json");
  EXPECT_THAT(output, HasSubstr("\"deleted\":true"));
  EXPECT_EQ(status_, 0);
}

TEST_F(ContinuoTest, JoinIsTheProgramBesideIt) {
  // A copy in a place where a stand-in can be put beside it.
  const std::string beside = directory_ + "/continuo-join";
  Shell("cp " CONTINUO_PROGRAM " " + directory_ + "/continuo");
  Shell("printf '#!/bin/sh\\necho \"joining $*\"\\nexit 3\\n' > " + beside + "; chmod +x " +
        beside);
  EXPECT_EQ(Shell(directory_ + "/continuo join --as Ana URL"), "joining --as Ana URL\n");
  EXPECT_EQ(status_, 3);
  ::unlink(beside.c_str());
  EXPECT_THAT(Shell(directory_ + "/continuo join URL"), StartsWith("continuo: cannot run "));
  EXPECT_EQ(status_, 1);
  ::unlink((directory_ + "/continuo").c_str());
}

}  // namespace
}  // namespace continuo
