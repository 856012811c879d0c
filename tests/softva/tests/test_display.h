// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <va/va.h>

#include <string>
#include <vector>

namespace softva {

#define EXPECT_VA_OK(call) EXPECT_EQ((call), VA_STATUS_SUCCESS)
#define ASSERT_VA_OK(call) ASSERT_EQ((call), VA_STATUS_SUCCESS)

// What is asked of the driver.
struct TestEnvironment {
  std::string personality = "intel";
  bool asynchronous = false;
  std::string fault;
};

// A VADisplay on the driver, opened as any program would: a render node, and libva finds the rest.
// Terminates itself.
class TestDisplay {
 public:
  explicit TestDisplay(const TestEnvironment& environment = {});
  ~TestDisplay();
  TestDisplay(const TestDisplay&) = delete;
  TestDisplay& operator=(const TestDisplay&) = delete;

  operator VADisplay() const { return display_; }  // NOLINT: libva's calls take it everywhere

  // A context with its config.
  VAContextID CreateContext(VAProfile profile, VAEntrypoint entrypoint, int width, int height,
                            std::vector<VAConfigAttrib> attributes = {});
  VASurfaceID CreateSurface(int width, int height, unsigned int format = VA_RT_FORMAT_YUV420);

  // vaTerminate, and the line of the report that comes of it.
  std::string Terminate();

 private:
  std::string report_path_;
  int fd_ = -1;
  VADisplay display_ = nullptr;
};

// The rules that a report says were broken, as it has them: "" for none.
std::string ViolationsOf(const std::string& report);

}  // namespace softva
