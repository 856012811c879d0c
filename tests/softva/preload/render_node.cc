// SPDX-License-Identifier: Apache-2.0
#include "softva/preload/render_node.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace softva::preload {
namespace {

constexpr const char* kPrefixes[] = {"/dev/dri", "/sys/class/drm", "/sys/dev/char/226:"};

bool StartsWith(const char* text, const char* prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

// The folder that this library lies in, without a slash.
const char* OwnFolder() {
  static char folder[kMaxPath] = "";
  if (folder[0] != '\0') return folder;
  Dl_info info;
  char own[kMaxPath] = "";
  if (dladdr(reinterpret_cast<const void*>(&OwnFolder), &info) != 0) {
    strncpy(own, info.dli_fname, sizeof own - 1);
  }
  char* slash = strrchr(own, '/');
  if (slash != nullptr) *slash = '\0';
  memcpy(folder, own, sizeof folder);
  return folder;
}

}  // namespace

bool IsAmd() {
  const char* personality = getenv("SOFTVA_PERSONALITY");
  return personality != nullptr && strcmp(personality, "amd") == 0;
}

const char* RealPath(const char* path, char (&room)[kMaxPath]) {
  if (path == nullptr) return path;
  for (const char* prefix : kPrefixes) {
    if (!StartsWith(path, prefix)) continue;
    const int length =
        snprintf(room, sizeof room, "%s/gpu-%s%s", OwnFolder(), IsAmd() ? "amd" : "intel", path);
    return length < kMaxPath ? room : path;
  }
  return path;
}

bool IsRenderNode(int fd) {
  const int saved = errno;
  struct stat status;
  // Not fstat(), which is somebody else's to interpose.
  const bool known = syscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) == 0;
  errno = saved;
  return known && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 7);
}

}  // namespace softva::preload
