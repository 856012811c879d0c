// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace continuo {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A machine made of files.
class MachineTest : public ::testing::Test {
 protected:
  MachineTest() {
    ::unsetenv("LIBVA_DRIVERS_PATH");
    char directory[] = "/tmp/continuo-machine-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    root_ = directory;
  }
  ~MachineTest() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void AddPci(const std::string& slot, const std::string& kind, const std::string& vendor,
              const std::string& device, const std::string& driver) const {
    const std::string folder = "sys/bus/pci/devices/" + slot;
    Write(folder + "/class", kind + "\n");
    Write(folder + "/vendor", vendor + "\n");
    Write(folder + "/device", device + "\n");
    if (!driver.empty()) fs::create_symlink("../../drivers/" + driver, root_ / folder / "driver");
  }
  void AddRenderNode(const std::string& name, const std::string& slot) const {
    Write("dev/dri/" + name, "");
    fs::create_directories(root_ / "sys/class/drm" / name);
    fs::create_symlink(root_ / "sys/bus/pci/devices" / slot,
                       root_ / "sys/class/drm" / name / "device");
  }
  Machine Look() const { return LookAtMachine(root_.string()); }

  fs::path root_;
};

TEST_F(MachineTest, MayHaveNothing) {
  const Machine machine = Look();
  EXPECT_EQ(machine.threads, 0);
  EXPECT_FALSE(machine.has_aes);
  EXPECT_THAT(machine.render_nodes, IsEmpty());
  EXPECT_THAT(machine.pci_gpus, IsEmpty());
  EXPECT_FALSE(machine.has_intel_va_driver || machine.has_vpl_runtime);
  EXPECT_FALSE(machine.user.empty());
}

TEST_F(MachineTest, HasACpuAsTheKernelTells) {
  Write("proc/cpuinfo",
        "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu aes avx2 vaes\n\n"
        "processor\t: 1\nmodel name\t: Some CPU\nflags\t\t: fpu aes avx2 vaes\n");
  EXPECT_EQ(Look().cpu, "Some CPU");
  EXPECT_EQ(Look().threads, 2);
  EXPECT_TRUE(Look().has_aes && Look().has_avx2);
  Write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Old\nflags\t\t: fpu vaes avx avx512f\n");
  EXPECT_FALSE(Look().has_aes || Look().has_avx2);
  Write("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd aes\n");
  EXPECT_TRUE(Look().has_aes);
}

TEST_F(MachineTest, HasRenderNodesOfGpus) {
  AddPci("0000:00:02.0", "0x030000", "0x8086", "0x9a49", "i915");
  AddPci("0000:03:00.0", "0x038000", "0x1002", "0x73bf", "amdgpu");
  AddPci("0000:00:01.0", "0x030000", "0x1234", "0x1111", "bochs");
  AddPci("0000:00:1f.0", "0x060100", "0x8086", "0xa082", "");
  AddRenderNode("renderD128", "0000:00:02.0");
  AddRenderNode("renderD129", "0000:03:00.0");
  const Machine machine = Look();
  ASSERT_THAT(machine.render_nodes, SizeIs(2));
  EXPECT_EQ(machine.render_nodes[0].path, (root_ / "dev/dri/renderD128").string());
  EXPECT_EQ(machine.render_nodes[0].gpu, (Gpu{"Intel", "8086:9a49", "i915"}));
  EXPECT_EQ(machine.render_nodes[1].gpu, (Gpu{"AMD", "1002:73bf", "amdgpu"}));
  EXPECT_TRUE(machine.render_nodes[0].may_open);
  EXPECT_FALSE(machine.render_nodes[0].group.empty());
  // The virtual screen and the bridge are no GPUs.
  EXPECT_THAT(machine.pci_gpus,
              ElementsAre(Gpu{"Intel", "8086:9a49", "i915"}, Gpu{"AMD", "1002:73bf", "amdgpu"}));
}

TEST_F(MachineTest, KnowsANodeOfWhichNothingIsKnown) {
  Write("dev/dri/renderD128", "");
  ASSERT_THAT(Look().render_nodes, SizeIs(1));
  EXPECT_EQ(Look().render_nodes[0].gpu, Gpu{});
}

TEST_F(MachineTest, HasDriversWherePackagesPutThem) {
  Write("usr/lib/x86_64-linux-gnu/dri/iHD_drv_video.so", "");
  Write("usr/lib/x86_64-linux-gnu/libmfx-gen.so.1.2", "");
  Machine machine = Look();
  EXPECT_TRUE(machine.has_intel_va_driver && machine.has_vpl_runtime);
  EXPECT_FALSE(machine.has_amd_va_driver || machine.has_old_intel_va_driver);
  Write("elsewhere/radeonsi_drv_video.so", "");
  ::setenv("LIBVA_DRIVERS_PATH", (root_ / "elsewhere").c_str(), 1);
  machine = Look();
  ::unsetenv("LIBVA_DRIVERS_PATH");
  EXPECT_TRUE(machine.has_amd_va_driver);
  EXPECT_FALSE(machine.has_intel_va_driver);
}

}  // namespace
}  // namespace continuo
