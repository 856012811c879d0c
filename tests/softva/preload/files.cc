// SPDX-License-Identifier: Apache-2.0
// The C library's functions that take a path, for programs that look for a GPU: they find the one
// of this library's tree. Every other path goes through untouched.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "softva/preload/render_node.h"

namespace {

using softva::preload::kMaxPath;
using softva::preload::RealPath;

// The function that would have been called without this library.
template <class Function>
Function Next(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool TakesMode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

}  // namespace

// Reads the mode of open()'s variable arguments, where there is one.
#define SOFTVA_READ_MODE(flags, mode) \
  mode_t mode = 0;                    \
  if (TakesMode(flags)) {             \
    va_list arguments;                \
    va_start(arguments, flags);       \
    mode = va_arg(arguments, mode_t); \
    va_end(arguments);                \
  }

// A function of one path and further arguments: all do the same.
#define SOFTVA_PATH_FUNCTION(result, name, parameters, arguments)            \
  extern "C" __attribute__((visibility("default"))) result name parameters { \
    static const auto next = Next(&name, #name);                             \
    char room[kMaxPath];                                                     \
    path = RealPath(path, room);                                             \
    return next arguments;                                                   \
  }

#define SOFTVA_OPEN(name)                                                                        \
  extern "C" __attribute__((visibility("default"))) int name(const char* path, int flags, ...) { \
    static const auto next = Next(&name, #name);                                                 \
    SOFTVA_READ_MODE(flags, mode)                                                                \
    char room[kMaxPath];                                                                         \
    return next(RealPath(path, room), flags, mode);                                              \
  }

#define SOFTVA_OPENAT(name)                                                                \
  extern "C" __attribute__((visibility("default"))) int name(int folder, const char* path, \
                                                             int flags, ...) {             \
    static const auto next = Next(&name, #name);                                           \
    SOFTVA_READ_MODE(flags, mode)                                                          \
    char room[kMaxPath];                                                                   \
    return next(folder, RealPath(path, room), flags, mode);                                \
  }

SOFTVA_OPEN(open)
SOFTVA_OPEN(open64)
SOFTVA_OPENAT(openat)
SOFTVA_OPENAT(openat64)

// What open() is with _FORTIFY_SOURCE.
extern "C" int __open_2(const char* path, int flags);
extern "C" int __open64_2(const char* path, int flags);
SOFTVA_PATH_FUNCTION(int, __open_2, (const char* path, int flags), (path, flags))
SOFTVA_PATH_FUNCTION(int, __open64_2, (const char* path, int flags), (path, flags))

SOFTVA_PATH_FUNCTION(FILE*, fopen, (const char* path, const char* mode), (path, mode))
SOFTVA_PATH_FUNCTION(FILE*, fopen64, (const char* path, const char* mode), (path, mode))
SOFTVA_PATH_FUNCTION(DIR*, opendir, (const char* path), (path))
SOFTVA_PATH_FUNCTION(int, access, (const char* path, int mode) noexcept, (path, mode))
SOFTVA_PATH_FUNCTION(int, stat, (const char* path, struct stat* to) noexcept, (path, to))
SOFTVA_PATH_FUNCTION(int, stat64, (const char* path, struct stat64* to) noexcept, (path, to))
SOFTVA_PATH_FUNCTION(int, lstat, (const char* path, struct stat* to) noexcept, (path, to))
SOFTVA_PATH_FUNCTION(int, lstat64, (const char* path, struct stat64* to) noexcept, (path, to))
SOFTVA_PATH_FUNCTION(int, fstatat, (int folder, const char* path, struct stat* to, int f) noexcept,
                     (folder, path, to, f))
SOFTVA_PATH_FUNCTION(int, fstatat64,
                     (int folder, const char* path, struct stat64* to, int f) noexcept,
                     (folder, path, to, f))
SOFTVA_PATH_FUNCTION(int, statx,
                     (int folder, const char* path, int f, unsigned int mask,
                      struct statx* to) noexcept,
                     (folder, path, f, mask, to))
SOFTVA_PATH_FUNCTION(int, faccessat, (int folder, const char* path, int mode, int f) noexcept,
                     (folder, path, mode, f))
SOFTVA_PATH_FUNCTION(ssize_t, readlink, (const char* path, char* to, size_t size) noexcept,
                     (path, to, size))

// A render node's path is its own: the link behind it is nobody's business.
extern "C" __attribute__((visibility("default"))) char* realpath(const char* path,
                                                                 char* to) noexcept {
  static const auto next = Next(&realpath, "realpath");
  char room[kMaxPath];
  if (RealPath(path, room) == path) return next(path, to);
  if (access(path, F_OK) != 0) return nullptr;
  return to == nullptr ? strdup(path) : strcpy(to, path);
}
