// SPDX-License-Identifier: Apache-2.0
// The few questions that libva, libdrm and Intel's oneVPL runtime ask a kernel driver about a
// render node: which driver it is, and which chip.
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "softva/preload/render_node.h"

namespace {

using softva::preload::IsAmd;
using softva::preload::IsRenderNode;

// <drm/drm.h> and <drm/i915_drm.h>, which not every machine has installed.
constexpr unsigned int kDrmType = 'd';
constexpr unsigned int kVersion = 0x00;       // DRM_IOCTL_VERSION
constexpr unsigned int kI915GetParam = 0x46;  // DRM_IOCTL_I915_GETPARAM
constexpr int kI915ChipsetId = 4;             // I915_PARAM_CHIPSET_ID
constexpr int kTigerLake = 0x9a49;            // also in the tree's device file
constexpr int kDrmNodeRender = 2;             // DRM_NODE_RENDER of <xf86drm.h>

struct DrmVersion {
  int major, minor, patch_level;
  size_t name_size;
  char* name;
  size_t date_size;
  char* date;
  size_t description_size;
  char* description;
};

struct I915GetParam {
  int parameter;
  int* value;
};

void Answer(const char* text, char* to, size_t* size) {
  const size_t length = strlen(text);
  if (to != nullptr && *size >= length) memcpy(to, text, length);
  *size = length;
}

// All three texts must be something: libdrm duplicates them without looking.
int AnswerVersion(DrmVersion* version) {
  version->major = 1;
  version->minor = 6;
  version->patch_level = 0;
  Answer(IsAmd() ? "amdgpu" : "i915", version->name, &version->name_size);
  Answer("20201103", version->date, &version->date_size);
  Answer("softva", version->description, &version->description_size);
  return 0;
}

int AnswerDrm(unsigned int number, void* argument) {
  if (number == kVersion) return AnswerVersion(static_cast<DrmVersion*>(argument));
  auto* parameter = static_cast<I915GetParam*>(argument);
  if (number == kI915GetParam && !IsAmd() && parameter->parameter == kI915ChipsetId) {
    *parameter->value = kTigerLake;
    return 0;
  }
  errno = EINVAL;
  return -1;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int ioctl(int fd, unsigned long request,
                                                            ...) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(int, unsigned long, void*)>(dlsym(RTLD_NEXT, "ioctl"));
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (_IOC_TYPE(request) != kDrmType || !IsRenderNode(fd)) return next(fd, request, argument);
  return AnswerDrm(_IOC_NR(request), argument);
}

// libdrm would look the device numbers up in sysfs, and they are those of /dev/full.
extern "C" __attribute__((visibility("default"))) int drmGetNodeTypeFromFd(int fd) {
  if (IsRenderNode(fd)) return kDrmNodeRender;
  static const auto next = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "drmGetNodeTypeFromFd"));
  return next == nullptr ? -1 : next(fd);
}
