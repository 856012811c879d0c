// SPDX-License-Identifier: Apache-2.0
#include "server/mixer/room_mode.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/time.h"
#include "hwaccel/open_device.h"
#include "mcu/link/link_memory.h"
#include "mcu/mixer/mixer.h"
#include "server/mixer/exit_codes.h"

namespace continuo {
namespace {

// A driver opens in a tenth of a second, and on a machine that has too much to do in a few seconds;
// a lost device may take for ever.
constexpr std::chrono::seconds kOpening{5};

// Threads wait inside the driver for what never comes: nothing is unwound, nothing is freed.
void EndOfAHungDevice() { _exit(kExitDeviceHung); }

// Ends the process unless destroyed in time.
class OpeningWatch {
 public:
  OpeningWatch()
      : thread_([this] {
          std::unique_lock lock(mutex_);
          if (opened_.wait_for(lock, kOpening, [this] { return done_; })) return;
          LogError("device.hangs_when_opened");
          EndOfAHungDevice();
        }) {}
  ~OpeningWatch() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    opened_.notify_one();
    thread_.join();
  }
  OpeningWatch(const OpeningWatch&) = delete;
  OpeningWatch& operator=(const OpeningWatch&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool done_ = false;
  std::thread thread_;  // last: it uses the others
};

// Null for the CPU alone, and when the device does not open: a room goes on without it.
std::unique_ptr<Device> OpenRoomDevice(const DeviceSpec& spec) {
  if (spec.backend == Backend::kCpu) return nullptr;
  const OpeningWatch watch;
  auto device = OpenDevice(spec);
  if (device) return std::move(*device);
  LogError("device.not_opened", {{"device", ToString(spec)}, {"reason", ToString(device.error())}});
  return nullptr;
}

}  // namespace

Error MixRoom(const RoomArguments& arguments) {
  auto link = LinkMemory::Adopt(arguments.first_fd, arguments.shards);
  if (!link) return link.error();
  // Half of the cores decode while the other half composes and encodes.
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  Mixer::Options options;
  options.decode_workers = std::clamp<size_t>(cores / 2, 1, 8);
  options.encode_helpers = std::clamp<size_t>(cores / 2, 1, 4);
  options.device = OpenRoomDevice(arguments.device);
  options.device_deadline = arguments.device_deadline;
  options.on_device_hung = EndOfAHungDevice;
  auto mixer = Mixer::Create(**link, std::move(options));
  if (!mixer) return mixer.error();
  (*mixer)->Run();
  return {ErrorCode::kInternal, "the mixer stopped", {}, 0};
}

}  // namespace continuo
