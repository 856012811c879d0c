// SPDX-License-Identifier: Apache-2.0
#include "api/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace continuo {

Status ClearStaleSocket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Fail(ErrorCode::kInvalidArgument, "Not a usable path for a socket (1 to 107 bytes)",
                path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());

  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return FailErrno(ErrorCode::kUnavailable, "Cannot look at the control socket", path);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return Fail(ErrorCode::kAlreadyExists, "There is something else than a control socket", path);
  }
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int connected =
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  // Only a refusal proves that nobody listens; a full backlog, say, is somebody.
  if (connected == 0 || errno != ECONNREFUSED) {
    return Fail(ErrorCode::kAlreadyExists, "Another server is listening on the control socket",
                path);
  }
  if (::unlink(path.c_str()) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "Cannot remove a stale control socket", path);
  }
  return {};
}

}  // namespace continuo
