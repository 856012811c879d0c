// SPDX-License-Identifier: Apache-2.0
// A continuo-mixer without codecs: says over the link what one with a device would, and on a device
// comes to the end that $FAKE_MIXER names: works, gives_up, hangs, hangs_silently, hangs_for_good,
// falls_silent, crashes, does_not_open. On the CPU it always works. It reports more often than a
// mixer, for tests that look after it more often than a room.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "hwaccel/choice/device_spec.h"
#include "mcu/link/link.pb.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/messages.h"
#include "media/rendition.h"
#include "server/mixer/exit_codes.h"

namespace continuo {
namespace {

constexpr std::string_view kHang = "a call did not return";
constexpr std::string_view kOfTheRoom = "a picture that it does not draw";
constexpr useconds_t kReportIntervalUs = 20'000;

// From now on this process does not die, whoever kills it, until the other end of the pipe that
// $FAKE_MIXER_GRIP names is closed: it is traced by a child that holds it where it would end. To
// its parent that is what a driver looks like that never returns from the kernel.
bool BecomeUnkillable() {
  const char* const path = std::getenv("FAKE_MIXER_GRIP");
  const int grip = path == nullptr ? -1 : open(path, O_RDONLY);
  std::array<int, 2> held{};
  if (grip < 0 || pipe(held.data()) != 0) return false;
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  char byte = 0;
  if (fork() == 0) {
    if (ptrace(PTRACE_SEIZE, getppid(), nullptr, PTRACE_O_TRACEEXIT) != 0) _exit(1);
    if (write(held[1], &byte, 1) == 1) (void)!read(grip, &byte, 1);
    _exit(0);
  }
  close(held[1]);
  return read(held[0], &byte, 1) == 1;
}

std::string ReportOf(const DeviceSpec& spec, uint64_t pictures, const std::string& failure) {
  link::MixerReport report;
  for (int i = 0; i < kVideoRenditionCount; ++i) report.add_renditions();
  for (int i = 0; i < kRungCount; ++i) report.add_shared_audio_encodes(0);
  auto& engine = *report.mutable_engine();
  for (int i = 0; i < kBackendCount; ++i) engine.add_backends();
  auto& backend = *engine.mutable_backends(static_cast<int>(spec.backend));
  backend.mutable_decode()->set_pictures(pictures);
  backend.mutable_compose()->set_pictures(pictures);
  engine.set_device(spec.path);
  engine.set_failure(failure);
  engine.set_device_hangs(failure == kHang);
  engine.set_device_works(failure == kOfTheRoom);
  return report.SerializeAsString();
}

int Main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int first_fd = -1, shards = 0;
  DeviceSpec spec;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag == "--link") first_fd = std::atoi(argv[i + 1]);
    if (flag == "--shards") shards = std::atoi(argv[i + 1]);
    if (flag == "--device") spec = ParseDeviceSpec(argv[i + 1]).value();
  }
  const auto link = LinkMemory::Adopt(first_fd, shards);
  if (!link) return 1;
  RingProducer ring((*link)->control_up());
  const auto report = [&](uint64_t pictures, const std::string& failure = {}) {
    WriteReport(ring, (*link)->wake_control_fd(), ReportOf(spec, pictures, failure));
  };

  const char* const set = std::getenv("FAKE_MIXER");
  std::string_view fate = set != nullptr ? set : "works";
  if (spec.backend == Backend::kCpu) fate = "works";
  if (fate == "does_not_open") spec = DeviceSpec{};
  report(0);
  report(25);
  if (fate == "hangs_for_good" && !BecomeUnkillable()) return 1;
  if (fate == "gives_up") report(30, "a call failed");
  if (fate == "wants_too_much") report(30, std::string(kOfTheRoom));
  if (fate == "hangs" || fate == "hangs_for_good") report(30, std::string(kHang));
  if (fate.starts_with("hangs")) _exit(kExitDeviceHung);
  if (fate == "crashes") std::raise(SIGKILL);
  if (fate == "falls_silent") std::raise(SIGSTOP);
  for (uint64_t pictures = 50;; pictures += 25) {
    usleep(kReportIntervalUs);
    report(pictures, fate == "gives_up"         ? "a call failed"
                     : fate == "wants_too_much" ? std::string(kOfTheRoom)
                                                : "");
  }
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main(argc, argv); }
