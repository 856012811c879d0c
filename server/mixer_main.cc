// SPDX-License-Identifier: Apache-2.0
// continuo-mixer: the process that owns one room's codecs, picture, sound and GPU, or that tests a
// GPU. Started by continuod, never by hand: it needs the link's descriptors. It links the GPL
// builds of FFmpeg and x264, and is the only program of Continuo's server side that does.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <span>
#include <variant>

#include "base/log.h"
#include "server/mixer/arguments.h"
#include "server/mixer/room_mode.h"
#include "server/mixer/self_test_mode.h"

namespace continuo {
namespace {

int Failed(const Error& error) {
  std::fprintf(stderr, "continuo-mixer: %s\n", ToString(error).c_str());
  return 1;
}

int Main(std::span<char*> arguments) {
  // Die with the edge, even if it was killed; and it may have been killed just before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  SetLogProgram("continuo-mixer");
  const auto parsed = ParseMixerArguments(arguments.subspan(1));
  if (!parsed) return Failed(parsed.error());
  if (const auto* const test = std::get_if<SelfTestArguments>(&*parsed)) {
    return TestDeviceAndTell(*test);
  }
  const auto& room = std::get<RoomArguments>(*parsed);
  if (getppid() != room.parent) return 1;  // nobody to tell
  // Ctrl-C in a terminal reaches the whole group; the edge decides when we go.
  signal(SIGINT, SIG_IGN);
  return Failed(MixRoom(room));
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main({argv, static_cast<size_t>(argc)}); }
