// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace softva::preload {

// Room for a path and its terminating zero.
inline constexpr int kMaxPath = 1024;

// Where a path that a machine with a GPU would have (/dev/dri/…, /sys/class/drm/…, the sysfs
// entries of DRM devices) really lies: in the small tree beside this library, one for each
// personality. `path` itself where it is none of those; `room` holds the answer otherwise.
const char* RealPath(const char* path, char (&room)[kMaxPath]);

// Whether a file descriptor is one of the render nodes of that tree. They are links to /dev/full,
// which nobody opens by another name.
bool IsRenderNode(int fd);

// Whether the environment asks for the AMD personality.
bool IsAmd();

}  // namespace softva::preload
