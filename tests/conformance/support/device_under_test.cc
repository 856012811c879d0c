// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/device_under_test.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "base/check.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/open_device.h"
#include "tests/conformance/support/driver_report.h"

namespace continuo {
namespace {

constexpr const char* kVariable = "CONTINUO_TEST_DEVICE";

Result<std::unique_ptr<Device>> Open() {
  const char* const text = std::getenv(kVariable);
  if (text == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "which device? Set", kVariable);
  }
  const auto spec = ParseDeviceSpec(text);
  if (!spec) return tl::unexpected(spec.error());
  return OpenDevice(*spec);
}

class DeviceEnvironment final : public testing::Environment {
 public:
  Device& device() {
    CONTINUO_CHECK(device_ != nullptr);
    return *device_;
  }

 private:
  void SetUp() override {
    report_.Begin();
    auto opened = Open();
    if (!opened) FAIL() << ToString(opened.error());
    device_ = *std::move(opened);
    testing::Test::RecordProperty("driver", device_->info().driver);
  }
  void TearDown() override {
    if (device_ == nullptr) return;
    device_.reset();
    report_.ExpectNothingBad();
  }

  DriverReport report_;
  std::unique_ptr<Device> device_;
};

// Before main(), which is GoogleTest's; it deletes it.
DeviceEnvironment* const environment = [] {
  auto* const made = new DeviceEnvironment;
  testing::AddGlobalTestEnvironment(made);
  return made;
}();

}  // namespace

Device& DeviceUnderTest() { return environment->device(); }

std::unique_ptr<Device> OpenDeviceUnderTest() {
  auto opened = Open();
  CONTINUO_CHECK(opened);
  return *std::move(opened);
}

bool TestingTheCpu() { return DeviceUnderTest().info().backend == Backend::kCpu; }

}  // namespace continuo
