// SPDX-License-Identifier: Apache-2.0
#include "server/mixer/room_mode.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
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

// A driver opens, and makes the first canvas, in a tenth of a second; a lost device may take for
// ever. Twice the deadline of one call, for these are many.
constexpr int kDeadlinesToOpen = 2;
// The time is waited for in parts, so that a machine that was suspended has some of them to spare.
constexpr int kParts = 4;

// Threads wait inside the driver for what never comes: nothing is unwound, nothing is freed.
void EndOfAHungDevice() { _exit(kExitDeviceHung); }

// Ends the process unless destroyed in time.
class OpeningWatch {
 public:
  explicit OpeningWatch(TimeDelta deadline)
      : part_(deadline * kDeadlinesToOpen / kParts), thread_([this] { Watch(); }) {}
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
  void Watch() {
    std::unique_lock lock(mutex_);
    for (int i = 0; i < kParts; ++i) {
      if (opened_.wait_for(lock, std::chrono::microseconds(part_.us()), [this] { return done_; })) {
        return;
      }
    }
    LogError("device.hangs_when_opened");
    EndOfAHungDevice();
  }

  const TimeDelta part_;
  std::mutex mutex_;
  std::condition_variable opened_;
  bool done_ = false;
  std::thread thread_;  // last: it uses the others
};

// Null for the CPU alone, and when the device does not open: a room goes on without it.
std::unique_ptr<Device> OpenRoomDevice(const DeviceSpec& spec) {
  if (spec.backend == Backend::kCpu) return nullptr;
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
  std::optional<OpeningWatch> opening;  // until the mixer watches by itself
  if (arguments.device.backend != Backend::kCpu) opening.emplace(arguments.device_deadline);
  options.device = OpenRoomDevice(arguments.device);
  options.device_deadline = arguments.device_deadline;
  options.on_device_hung = EndOfAHungDevice;
  auto mixer = Mixer::Create(**link, std::move(options));
  if (!mixer) return mixer.error();
  opening.reset();
  (*mixer)->Run();
  return {ErrorCode::kInternal, "the mixer stopped", {}, 0};
}

}  // namespace continuo
