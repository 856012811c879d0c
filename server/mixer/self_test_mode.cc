// SPDX-License-Identifier: Apache-2.0
#include "server/mixer/self_test_mode.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "hwaccel/choice/self_test_process.h"
#include "hwaccel/choice/self_test_report.h"
#include "hwaccel/self_test/self_test.h"

namespace continuo {
namespace {

// Standard output as it was, while drivers that print there reach standard error instead.
UniqueFd TakeStandardOutput() {
  UniqueFd output(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  if (output) dup2(STDERR_FILENO, STDOUT_FILENO);
  return output;
}

bool WriteLine(int fd, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = write(fd, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

int TestDeviceAndTell(const SelfTestArguments& arguments) {
  const UniqueFd output = TakeStandardOutput();
  const auto tell = [&](std::string_view stage) {
    if (!arguments.tells_stages) return;
    (void)WriteLine(output.get(), std::string(kSelfTestStagePrefix).append(stage));
  };
  const SelfTestReport report = TestDevice(arguments.device, tell);
  return WriteLine(output.get(), ToJson(report)) ? 0 : 1;
}

}  // namespace continuo
