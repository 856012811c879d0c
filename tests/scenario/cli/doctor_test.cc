// SPDX-License-Identifier: Apache-2.0
// `continuo doctor`, with the real mixer and with one that a bad driver took along.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DoctorTest : public ::testing::Test {
 protected:
  DoctorTest() {
    char directory[] = "/tmp/continuo-doctor-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
  }
  ~DoctorTest() override { std::filesystem::remove_all(directory_); }

  // What it prints, stderr included; its status in status_.
  std::string Run(const std::string& arguments) {
    const std::string command = CONTINUO_PROGRAM " doctor " + arguments + " 2>&1";
    std::string output;
    FILE* pipe = ::popen(command.c_str(), "r");
    for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    status_ = WEXITSTATUS(::pclose(pipe));
    return output;
  }
  // A mixer that does so on the GPU, and passes on the CPU.
  std::string Mixer(const std::string& on_gpu) const {
    const std::string path = directory_ + "/mixer";
    std::ofstream(path)
        << "#!/bin/sh\nif [ \"$2\" = cpu ]; then echo '{\"passed\": true}'; exit; fi\n"
        << on_gpu << "\n";
    EXPECT_EQ(::chmod(path.c_str(), 0700), 0);
    return " --mixer " + path;
  }

  std::string directory_;
  int status_ = -1;
};

TEST_F(DoctorTest, ProvesTheCpu) {
  const std::string text = Run("--device cpu --verbose --deadline 100");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(text,
              AllOf(StartsWith("CPU "), HasSubstr("Decodes   vp8"), HasSubstr("cpu     passed"),
                    HasSubstr("plates on 25 tiles"), HasSubstr("done on the CPU")));
}

TEST_F(DoctorTest, IsForProgramsToo) {
  const std::string json = Run("--device cpu --json --deadline 100");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(json, AllOf(StartsWith("{\"roomsCanRun\":true,"), HasSubstr("\"passed\":true")));
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

TEST_F(DoctorTest, SaysWhyADeviceIsNotUsedAndThatRoomsRunAllTheSame) {
  const std::string devices = " --device cpu --device vaapi:/dev/dri/renderD128";
  EXPECT_THAT(Run(devices + Mixer("echo 'at compose 4 tiles'; kill -SEGV $$")),
              AllOf(HasSubstr("cpu                        passed"),
                    HasSubstr("vaapi:/dev/dri/renderD128  FAILED"),
                    HasSubstr("the self-test crashed (SIGSEGV), at compose 4 tiles."),
                    HasSubstr("rooms need nothing else"),
                    HasSubstr("continuo: not to be used: vaapi:/dev/dri/renderD128")));
  EXPECT_EQ(status_, 1) << "it was asked for";
  EXPECT_THAT(Run(devices + Mixer("echo 'at decode vp8'; exec sleep 100") + " --deadline 1"),
              HasSubstr("no result within 1 s, at decode vp8."));
  EXPECT_EQ(status_, 1);
}

TEST_F(DoctorTest, SaysWhenRoomsCannotRun) {
  const std::string text = Run("--device cpu --mixer /nowhere/continuo-mixer");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(text, AllOf(HasSubstr("Rooms cannot run: cannot run the mixer program: /nowhere"),
                          Not(HasSubstr("need nothing else")),
                          HasSubstr("continuo: rooms cannot run on this machine")));
}

TEST_F(DoctorTest, RefusesWhatIsNoDevice) {
  EXPECT_THAT(Run("--device gpu"), StartsWith("continuo: not auto, cpu, PATH"));
  EXPECT_EQ(status_, 1);
}

}  // namespace
}  // namespace continuo
