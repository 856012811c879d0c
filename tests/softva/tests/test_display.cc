// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/test_display.h"

#include <fcntl.h>
#include <unistd.h>
#include <va/va_drm.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace softva {

TestDisplay::TestDisplay(const TestEnvironment& environment)
    : report_path_(testing::TempDir() + "softva_" + std::to_string(getpid()) + ".json") {
  std::remove(report_path_.c_str());
  setenv("SOFTVA_PERSONALITY", environment.personality.c_str(), 1);
  setenv("SOFTVA_ASYNC", environment.asynchronous ? "1" : "0", 1);
  setenv("SOFTVA_FAULT", environment.fault.c_str(), 1);
  setenv("SOFTVA_REPORT", report_path_.c_str(), 1);
  fd_ = open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC);
  display_ = vaGetDisplayDRM(fd_);
  int major = 0, minor = 0;
  const VAStatus status = vaInitialize(display_, &major, &minor);
  if (status != VA_STATUS_SUCCESS) {
    ADD_FAILURE() << "no display on the driver: is the test run with the preload?";
    std::abort();
  }
}

TestDisplay::~TestDisplay() { Terminate(); }

std::string TestDisplay::Terminate() {
  if (display_ == nullptr) return "";
  vaTerminate(display_);
  close(fd_);
  display_ = nullptr;
  std::ifstream file(report_path_);
  std::string report(std::istreambuf_iterator<char>(file), {});
  std::remove(report_path_.c_str());
  return report;
}

VAContextID TestDisplay::CreateContext(VAProfile profile, VAEntrypoint entrypoint, int width,
                                       int height, std::vector<VAConfigAttrib> attributes) {
  VAConfigID config = VA_INVALID_ID;
  VAContextID context = VA_INVALID_ID;
  EXPECT_VA_OK(vaCreateConfig(display_, profile, entrypoint, attributes.data(),
                              static_cast<int>(attributes.size()), &config));
  EXPECT_VA_OK(
      vaCreateContext(display_, config, width, height, VA_PROGRESSIVE, nullptr, 0, &context));
  return context;
}

VASurfaceID TestDisplay::CreateSurface(int width, int height, unsigned int format) {
  VASurfaceID surface = VA_INVALID_SURFACE;
  EXPECT_VA_OK(vaCreateSurfaces(display_, format, static_cast<unsigned int>(width),
                                static_cast<unsigned int>(height), &surface, 1, nullptr, 0));
  return surface;
}

std::string ViolationsOf(const std::string& report) {
  const std::string key = "\"violations\":[";
  const size_t begin = report.find(key);
  if (begin == std::string::npos) return "no report";
  return report.substr(begin + key.size(), report.rfind(']') - begin - key.size());
}

}  // namespace softva
