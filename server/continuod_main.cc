// SPDX-License-Identifier: Apache-2.0
// continuod: the edge. Owns sockets, keys, rooms, the control plane, pages and metrics; never
// touches a codec. See docs/ARCHITECTURE.md.
#include <cstdio>

#include "base/log.h"
#include "server/config.h"
#include "server/continuod.h"

int main(int argc, char** argv) {
  using namespace continuo;
  SetLogProgram("continuod");
  const CommandLine command_line = ParseCommandLine(argc, argv);
  if (!command_line.config) {
    std::fprintf(command_line.exit_code == 0 ? stdout : stderr, "%s\n", command_line.text.c_str());
    return command_line.exit_code;
  }
  auto server = Continuod::Create(*command_line.config);
  if (!server) {
    std::fprintf(stderr, "continuod: %s\n", ToString(server.error()).c_str());
    return 1;
  }
  std::printf("%s\n", (*server)->ReadyLine().c_str());
  std::fflush(stdout);
  (*server)->Run();
  return 0;
}
