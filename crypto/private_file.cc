// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"
#include "crypto/random.h"

namespace continuo {
namespace {

Status WriteAll(int fd, ByteView content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FailErrno(ErrorCode::kUnavailable, "cannot write a private file");
    content = content.subspan(static_cast<size_t>(n));
  }
  if (::fsync(fd) != 0) return FailErrno(ErrorCode::kUnavailable, "cannot write a private file");
  return {};
}

Status Publish(const std::string& temporary, const std::string& path, IfExists if_exists) {
  if (if_exists == IfExists::kReplace) {
    if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
  } else if (::link(temporary.c_str(), path.c_str()) == 0) {
    ::unlink(temporary.c_str());
    return {};
  }
  const ErrorCode code = errno == EEXIST ? ErrorCode::kAlreadyExists : ErrorCode::kUnavailable;
  return FailErrno(code, "cannot put a private file in place", path);
}

// A rename is durable once the directory is.
Status SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot sync a directory", directory);
  }
  return {};
}

}  // namespace

Status WritePrivateFile(const std::string& path, ByteView content, IfExists if_exists) {
  const std::string temporary = path + ".new-" + RandomAlphanumeric(12);
  Status status;
  {
    const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) return FailErrno(ErrorCode::kUnavailable, "cannot create a private file", temporary);
    status = WriteAll(fd.get(), content);
  }
  if (status) status = Publish(temporary, path, if_exists);
  if (!status) {
    ::unlink(temporary.c_str());
    return status;
  }
  return SyncDirectoryOf(path);
}

Result<SecretBytes> ReadPrivateFile(const std::string& path, size_t max_size) {
  // Neither a link nor a FIFO: opening must not follow and must not wait.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kPermissionDenied;
    return FailErrno(code, "cannot open a private file", path);
  }
  struct stat info;
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) != 0) {
    return Fail(ErrorCode::kPermissionDenied, "a private file must be a plain file of mode 0600",
                path);
  }
  if (info.st_size < 0 || static_cast<uint64_t>(info.st_size) > max_size) {
    return Fail(ErrorCode::kMalformed, "a private file is too long", path);
  }
  SecretBytes content(static_cast<size_t>(info.st_size));
  for (MutableBytes rest = content.bytes(); !rest.empty();) {
    const ssize_t n = ::read(fd.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return FailErrno(ErrorCode::kUnavailable, "cannot read a private file", path);
    rest = rest.subspan(static_cast<size_t>(n));
  }
  return content;
}

}  // namespace continuo
