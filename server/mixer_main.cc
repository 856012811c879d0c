// SPDX-License-Identifier: Apache-2.0
// continuo-mixer: the process that owns one room's codecs, picture and sound. Started by continuod,
// never by hand: it needs the link's descriptors. It links the GPL builds of FFmpeg and x264, and
// is the only program of Continuo's server side that does.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "mcu/link/link_memory.h"
#include "mcu/mixer/mixer.h"

namespace continuo {
namespace {

std::optional<int> Flag(int argc, char** argv, std::string_view name) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] != name) continue;
    int value = 0;
    const char* end = argv[i + 1] + std::strlen(argv[i + 1]);
    const auto parsed = std::from_chars(argv[i + 1], end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return value;
  }
  return std::nullopt;
}

int Failed(const Error& error) {
  std::fprintf(stderr, "continuo-mixer: %s\n", ToString(error).c_str());
  return 1;
}

int Main(int argc, char** argv) {
  // Die with the edge, even if it was killed; and it may have been killed just before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == 1) return 1;
  signal(SIGPIPE, SIG_IGN);
  // Ctrl-C in a terminal reaches the whole group; the edge decides when we go.
  signal(SIGINT, SIG_IGN);
  SetLogProgram("continuo-mixer");

  const auto first_fd = Flag(argc, argv, "--link");
  const auto shards = Flag(argc, argv, "--shards");
  if (!first_fd || !shards) {
    std::fprintf(stderr, "continuo-mixer: it is started by continuod, not by hand\n");
    return 1;
  }
  auto link = LinkMemory::Adopt(*first_fd, *shards);
  if (!link) return Failed(link.error());
  // Half of the cores decode while the other half composes and encodes.
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  auto mixer = Mixer::Create(**link, {.decode_workers = std::clamp<size_t>(cores / 2, 1, 8),
                                      .encode_helpers = std::clamp<size_t>(cores / 2, 1, 4)});
  if (!mixer) return Failed(mixer.error());
  (*mixer)->Run();
  return 0;
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main(argc, argv); }
