// SPDX-License-Identifier: Apache-2.0
// `continuo`: the operator's command line.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include "cli/control_commands.h"
#include "cli/doctor/doctor_command.h"

namespace {

// `continuo join …` is a program of its own, beside this one: it carries codecs, and so the GPL
// build of FFmpeg, which the control commands have no use for.
int BecomeJoin(char** arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "continuo-join").string();
  static char name[] = "continuo-join";
  arguments[0] = name;
  ::execv(program.c_str(), arguments);
  std::cerr << "continuo: cannot run " << program << ": " << std::strerror(errno) << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "join") return BecomeJoin(argv + 1);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves ends a watch, not the program

  CLI::App app("The operator's command line of a Continuo server.", "continuo");
  app.require_subcommand(1);
  app.add_subcommand("join", "Join a room from here (continuo join --help)");
  continuo::Command command;
  continuo::AddControlCommands(app, command);
  continuo::AddDoctor(app, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    std::cerr << "continuo: " << error.what() << "\n";
    return 1;
  }
  const continuo::Status done = command();
  if (done) return 0;
  const continuo::Error& error = done.error();
  // What the server said is a whole sentence.
  const bool from_server = error.text == "The request failed" && !error.detail.empty();
  std::cerr << "continuo: " << (from_server ? error.detail : continuo::ToString(error)) << "\n";
  return 1;
}
