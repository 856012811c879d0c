// SPDX-License-Identifier: Apache-2.0
// libudev's list of DRM devices, for GStreamer, which asks it and not /dev. libudev finds its way
// through sysfs by descriptors, where no path can be turned to the tree; so the device that a
// render node really is gets into the list, and is called like one.
#include <dlfcn.h>
#include <string.h>

namespace {

constexpr const char* kDevice = "/sys/devices/virtual/mem/full";
constexpr const char* kNode = "/dev/full";

// The list that is being made of DRM devices. One at a time is all that a program makes.
void* drm_enumeration = nullptr;

// libudev's own function. It comes with a plugin, so it isn't the next in order.
template <class Function>
Function Real(Function, const char* name) {
  void* library = dlopen("libudev.so.1", RTLD_LAZY | RTLD_NOLOAD);
  return reinterpret_cast<Function>(library == nullptr ? nullptr : dlsym(library, name));
}

}  // namespace

#define SOFTVA_EXPORT extern "C" __attribute__((visibility("default")))

SOFTVA_EXPORT int udev_enumerate_add_syspath(void* enumeration, const char* path) {
  const auto real = Real(&udev_enumerate_add_syspath, "udev_enumerate_add_syspath");
  return real == nullptr ? -1 : real(enumeration, path);
}

SOFTVA_EXPORT int udev_enumerate_add_match_subsystem(void* enumeration, const char* subsystem) {
  if (subsystem != nullptr && strcmp(subsystem, "drm") == 0) drm_enumeration = enumeration;
  const auto real = Real(&udev_enumerate_add_match_subsystem, "udev_enumerate_add_match_subsystem");
  return real == nullptr ? -1 : real(enumeration, subsystem);
}

SOFTVA_EXPORT int udev_enumerate_scan_devices(void* enumeration) {
  const auto real = Real(&udev_enumerate_scan_devices, "udev_enumerate_scan_devices");
  if (real == nullptr) return -1;
  const int result = real(enumeration);
  if (enumeration != drm_enumeration) return result;
  drm_enumeration = nullptr;
  return udev_enumerate_add_syspath(enumeration, kDevice);
}

SOFTVA_EXPORT const char* udev_device_get_devnode(void* device) {
  const auto real = Real(&udev_device_get_devnode, "udev_device_get_devnode");
  const char* node = real == nullptr ? nullptr : real(device);
  return node != nullptr && strcmp(node, kNode) == 0 ? "/dev/dri/renderD128" : node;
}

SOFTVA_EXPORT const char* udev_device_get_sysname(void* device) {
  const auto real = Real(&udev_device_get_sysname, "udev_device_get_sysname");
  const char* name = real == nullptr ? nullptr : real(device);
  return name != nullptr && strcmp(name, "full") == 0 ? "renderD128" : name;
}
