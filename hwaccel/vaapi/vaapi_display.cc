// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_display.h"

#include <fcntl.h>
#include <unistd.h>
#include <va/va_drm.h>

#include <algorithm>
#include <utility>

#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {

Result<std::unique_ptr<VaapiDisplay>> VaapiDisplay::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return FailErrno(ErrorCode::kUnavailable, "no such device", path);
  std::unique_ptr<VaapiDisplay> display(new VaapiDisplay(path, fd));
  if (auto done = display->Initialize(); !done) return tl::unexpected(std::move(done.error()));
  return display;
}

VaapiDisplay::~VaapiDisplay() {
  // Also after a vaInitialize() that failed, which leaves the display itself behind.
  if (display_ != nullptr) vaTerminate(display_);
  close(fd_);
}

void VaapiDisplay::Listen(void* self, const char* message) {
  constexpr size_t kEnough = 400;
  std::string& said = static_cast<VaapiDisplay*>(self)->said_;
  for (const char* c = message; *c != '\0' && said.size() < kEnough; ++c) {
    said += *c == '\n' ? ' ' : *c;
  }
}

Status VaapiDisplay::Initialize() {
  display_ = vaGetDisplayDRM(fd_);
  if (display_ == nullptr) return Fail(ErrorCode::kUnavailable, "not a render node", path_);
  vaSetInfoCallback(display_, nullptr, nullptr);
  vaSetErrorCallback(display_, &VaapiDisplay::Listen, this);
  int major = 0;
  int minor = 0;
  const VAStatus status = vaInitialize(display_, &major, &minor);
  vaSetErrorCallback(display_, nullptr, nullptr);
  if (status != VA_STATUS_SUCCESS) {
    return Fail(ErrorCode::kDeviceFailed, "no driver for the device", path_ + ": " + said_, status);
  }
  const char* const vendor = vaQueryVendorString(display_);
  vendor_ = vendor == nullptr ? "" : vendor;
  profiles_.resize(static_cast<size_t>(std::max(0, vaMaxNumProfiles(display_))));
  int count = 0;
  auto listed =
      CheckVa(vaQueryConfigProfiles(display_, profiles_.data(), &count), "vaQueryConfigProfiles");
  profiles_.resize(static_cast<size_t>(std::max(0, count)));
  return listed;
}

bool VaapiDisplay::Has(VAProfile profile, VAEntrypoint entrypoint) const {
  if (std::find(profiles_.begin(), profiles_.end(), profile) == profiles_.end()) return false;
  std::vector<VAEntrypoint> found(static_cast<size_t>(std::max(0, vaMaxNumEntrypoints(display_))));
  int count = 0;
  if (vaQueryConfigEntrypoints(display_, profile, found.data(), &count) != VA_STATUS_SUCCESS) {
    return false;
  }
  const auto end = found.begin() + std::clamp(count, 0, static_cast<int>(found.size()));
  return std::find(found.begin(), end, entrypoint) != end;
}

uint32_t VaapiDisplay::Attribute(VAProfile profile, VAEntrypoint entrypoint,
                                 VAConfigAttribType type) const {
  VAConfigAttrib attribute{type, 0};
  const VAStatus status = vaGetConfigAttributes(display_, profile, entrypoint, &attribute, 1);
  const bool known = status == VA_STATUS_SUCCESS && attribute.value != VA_ATTRIB_NOT_SUPPORTED;
  return known ? attribute.value : 0;
}

}  // namespace continuo
