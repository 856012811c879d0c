// SPDX-License-Identifier: Apache-2.0
#include "server/device_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "hwaccel/choice/printable_text.h"
#include "hwaccel/choice/render_nodes.h"

namespace continuo {
namespace {

constexpr std::array kStates{DeviceState::kTesting, DeviceState::kReady, DeviceState::kRefused,
                             DeviceState::kFailed};

// A room that has just started will be about this busy; until it says so itself, the next room
// should not take its device for an idle one.
constexpr double kGuessedLoad = 0.1;
constexpr int kReportsToBelieve = 3;
// No room keeps more threads than that in its device at once, whatever its mixer says.
constexpr double kMaxLoad = 64;
constexpr TimeDelta kShortestReport = TimeDelta::Millis(500);

// So many rooms whose mixer died on a device without a word, or that did without it, within so
// long, are the device's doing. Each is another room: none comes back by itself.
constexpr size_t kSuspicionsToBlame = 3;
constexpr TimeDelta kSuspectedWithin = TimeDelta::Seconds(60);

// The last part of the path, fit for a resource name: "renderD128"; "vpl-renderD128" for a wish
// that names its backend.
std::string IdOf(const DeviceWish& wish) {
  const std::string& path = wish.front().path;
  std::string id = path.substr(path.rfind('/') + 1);
  std::ranges::replace_if(
      id,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
      },
      '-');
  if (wish.size() == 1) id.insert(0, std::string(ToString(wish.front().backend)) + "-");
  return id;
}

std::string TextOf(const DeviceWish& wish) {
  return wish.size() == 1 ? ToString(wish.front()) : wish.front().path;
}

}  // namespace

struct DeviceTable::Device {
  std::string id;
  DeviceWish wish;
  DeviceSpec spec;    // of the wish, the one that passed
  size_t trying = 0;  // of the wish, while it is tested
  DeviceState state = DeviceState::kTesting;
  std::string reason;
  std::string failed_meanwhile;  // a room's news while it is tested
  int64_t since = 0;
  std::string driver;
  std::vector<DeviceLease*> leases;
  std::vector<Timestamp> suspicions;
  std::vector<std::function<void(Result<DeviceView>)>> waiting;  // for the test's end

  std::array<Gauge, kStates.size()> in_state;
  Gauge rooms;
  Gauge load_permille;
  Counter departures;
  Counter missed_ticks;
  Counter uploads;
  Counter downloads;
  Counter plate_blends;
  Counter pictures_held;

  bool Proved() const { return spec.backend != Backend::kCpu; }
  double Load(const DeviceLease* except = nullptr) const {
    double sum = 0;
    for (const DeviceLease* lease : leases) sum += lease == except ? 0 : lease->load();
    return sum;
  }
  void Count() {
    rooms.Set(static_cast<int64_t>(leases.size()));
    load_permille.Set(static_cast<int64_t>(Load() * 1000));
  }
};

std::vector<DeviceWish> WishesOf(const DeviceChoice& choice) {
  if (!choice.automatic) return choice.wishes;
  std::vector<DeviceWish> wishes;
  for (const std::string& path : RenderNodes()) {
    if (auto wish = ParseDeviceWish(path)) wishes.push_back(std::move(*wish));
  }
  return wishes;
}

DeviceTable::DeviceTable(std::vector<DeviceWish> wishes, SelfTest self_test)
    : self_test_(std::move(self_test)) {
  auto cpu = std::make_unique<Device>();
  cpu->id = kCpuId;
  cpu->wish = {DeviceSpec{}};
  SetState(*cpu, DeviceState::kReady, {});
  devices_.push_back(std::move(cpu));
  for (DeviceWish& wish : wishes) {
    auto device = std::make_unique<Device>();
    device->id = IdOf(wish);
    for (int number = 2; FindDevice(device->id) != nullptr; ++number) {
      device->id = IdOf(wish) + "-" + std::to_string(number);
    }
    device->wish = std::move(wish);
    SetState(*device, DeviceState::kTesting, "not tested yet");
    devices_.push_back(std::move(device));
  }
}

DeviceTable::~DeviceTable() = default;

void DeviceTable::TestAll() {
  for (const auto& device : devices_) {
    if (device->id != kCpuId) TestNextSpec(*device);
  }
}

void DeviceTable::Test(std::string_view id, std::function<void(Result<DeviceView>)> done) {
  const auto found = std::ranges::find(devices_, id, [](const auto& device) { return device->id; });
  if (found == devices_.end()) {
    return done(Fail(ErrorCode::kNotFound, "there is no such device", std::string(id)));
  }
  if (id == kCpuId) {
    return done(Fail(ErrorCode::kInvalidArgument, "the CPU is what devices are compared with"));
  }
  Device& device = **found;
  device.waiting.push_back(std::move(done));
  if (device.waiting.size() > 1 || device.state == DeviceState::kTesting) return;
  SetState(device, DeviceState::kTesting, {});
  TestNextSpec(device);
}

void DeviceTable::TestNextSpec(Device& device) {
  if (device.trying == 0) device.reason.clear();
  self_test_(device.wish[device.trying],
             [this, &device](const Result<SelfTestReport>& result) { OnTested(device, result); });
}

void DeviceTable::OnTested(Device& device, const Result<SelfTestReport>& result) {
  const DeviceSpec& tried = device.wish[device.trying];
  const std::string why = !result ? ToString(result.error()) : ReasonOf(*result);
  if (result && result->passed) {
    device.spec = tried;
    device.driver = result->driver;
    device.suspicions.clear();
  } else {
    if (!device.reason.empty()) device.reason += "; ";
    device.reason += std::string(ToString(tried.backend)) + ": " + PrintableText(why);
    if (++device.trying < device.wish.size()) return TestNextSpec(device);
  }
  device.trying = 0;
  if (!result || !result->passed) {
    LogWarning("device.refused", {{"device", TextOf(device.wish)}, {"reason", device.reason}});
    SetState(device, DeviceState::kRefused, device.reason);
  } else if (!device.failed_meanwhile.empty()) {
    SetState(device, DeviceState::kFailed, std::exchange(device.failed_meanwhile, {}));
  } else {
    LogInfo("device.used", {{"device", ToString(device.spec)}, {"driver", device.driver}});
    SetState(device, DeviceState::kReady, {});
  }
  const DeviceView view = ViewOf(device);
  for (const auto& done : std::exchange(device.waiting, {})) done(view);
}

void DeviceTable::SetState(Device& device, DeviceState state, std::string reason) {
  device.state = state;
  device.reason = std::move(reason);
  device.since = UnixSeconds();
  if (state == DeviceState::kTesting) device.failed_meanwhile.clear();
  for (const DeviceState one : kStates) {
    device.in_state[static_cast<size_t>(one)].Set(one == state ? 1 : 0);
  }
}

void DeviceTable::Suspect(Device& device, const std::string& reason, Timestamp now) {
  device.departures.Add();
  std::erase_if(device.suspicions, [&](Timestamp at) { return now - at > kSuspectedWithin; });
  device.suspicions.push_back(now);
  if (device.suspicions.size() < kSuspicionsToBlame) return;
  device.suspicions.clear();
  Blame(device, reason);
}

void DeviceTable::Failed(Device& device, const std::string& reason) {
  device.departures.Add();
  Blame(device, reason);
}

void DeviceTable::Blame(Device& device, const std::string& reason) {
  LogError("device.failed", {{"device", ToString(device.spec)}, {"reason", reason}});
  if (device.state == DeviceState::kTesting) {
    device.failed_meanwhile = reason;
  } else {
    SetState(device, DeviceState::kFailed, reason);
  }
}

DeviceView DeviceTable::ViewOf(const Device& device) const {
  return {device.id,
          device.Proved() ? ToString(device.spec) : TextOf(device.wish),
          device.state,
          device.reason,
          device.since,
          device.driver,
          static_cast<int>(device.leases.size()),
          device.Load()};
}

std::vector<DeviceView> DeviceTable::Views() const {
  std::vector<DeviceView> views;
  for (const auto& device : devices_) views.push_back(ViewOf(*device));
  return views;
}

const DeviceTable::Device* DeviceTable::FindDevice(std::string_view text) const {
  const auto found = std::ranges::find_if(devices_, [&](const auto& device) {
    return device->id == text || TextOf(device->wish) == text;
  });
  if (found != devices_.end()) return found->get();
  // Or a device that was named by its path, by the backend that it passed with or may pass with.
  const auto by_spec = std::ranges::find_if(devices_, [&](const auto& device) {
    if (device->Proved()) return ToString(device->spec) == text;
    return std::ranges::any_of(device->wish,
                               [&](const DeviceSpec& spec) { return ToString(spec) == text; });
  });
  return by_spec == devices_.end() ? nullptr : by_spec->get();
}

Result<DevicePreference> DeviceTable::Find(std::string_view text) const {
  if (text == "auto") return DevicePreference{};
  const Device* device = FindDevice(text);
  if (device == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such device", PrintableText(text, 100));
  }
  return DevicePreference{false, device->id};
}

Status DeviceTable::CheckUsable(const DevicePreference& preference) const {
  if (preference.automatic) return {};
  const Device* device = FindDevice(preference.device);
  CONTINUO_CHECK(device != nullptr);
  if (device->state == DeviceState::kReady) return {};
  return Fail(ErrorCode::kUnavailable, "the device is not ready",
              std::string(ToString(device->state)) + ": " + device->reason);
}

DeviceTable::Device& DeviceTable::Choose(const DevicePreference& preference,
                                         const DeviceLease* except) const {
  const auto is_better = [except](const Device& one, const Device& best) {
    const double load = one.Load(except);
    const double least = best.Load(except);
    return load < least || (load == least && except != nullptr && &except->device_ == &one);
  };
  Device* best = devices_.front().get();  // the CPU
  for (const auto& device : devices_) {
    if (device->id == kCpuId || device->state != DeviceState::kReady) continue;
    if (!preference.automatic && device->id != preference.device) continue;
    if (best->id == kCpuId || is_better(*device, *best)) best = device.get();
  }
  return *best;
}

DeviceSpec DeviceTable::WouldTake(const DevicePreference& preference,
                                  const DeviceLease* lease) const {
  return Choose(preference, lease).spec;
}

std::unique_ptr<DeviceLease> DeviceTable::Take(const DevicePreference& preference) {
  return std::unique_ptr<DeviceLease>(new DeviceLease(*this, Choose(preference)));
}

void DeviceTable::Register(MetricRegistry& registry) const {
  for (const auto& device : devices_) {
    const MetricLabels labels{{"device", device->id}};
    for (const DeviceState state : kStates) {
      registry.AddGauge("continuo_device_state", "1 for the state that a device is in.",
                        {{"device", device->id}, {"state", std::string(ToString(state))}},
                        device->in_state[static_cast<size_t>(state)]);
    }
    registry.AddGauge("continuo_device_rooms", "Live rooms on a device.", labels, device->rooms);
    registry.AddGaugeCallback(
        "continuo_device_load_ratio",
        "Time that a device's stages are busy with rooms, per second; more than 1 when several "
        "threads are at it.",
        labels,
        [raw = device.get()] { return static_cast<double>(raw->load_permille.value()) / 1000; });
    registry.AddCounter("continuo_device_missed_ticks_total",
                        "Ticks that passed before rooms on a device could encode them.", labels,
                        device->missed_ticks);
    registry.AddCounter("continuo_device_failures_total",
                        "Rooms that left a device: it failed, or they did without it, or their "
                        "mixer died there.",
                        labels, device->departures);
    registry.AddCounter("continuo_device_uploads_total", "Pictures copied from memory to a device.",
                        labels, device->uploads);
    registry.AddCounter("continuo_device_downloads_total",
                        "Pictures copied from a device to memory.", labels, device->downloads);
    registry.AddCounter("continuo_device_plate_blends_total",
                        "Names and marks blended on the CPU for a device that cannot.", labels,
                        device->plate_blends);
    registry.AddCounter("continuo_device_pictures_held_total",
                        "Pictures that a device decoded and did not show, for too many were held.",
                        labels, device->pictures_held);
  }
}

DeviceLease::DeviceLease(DeviceTable& table, DeviceTable::Device& device)
    : table_(table), device_(device), spec_(device.spec) {
  device_.leases.push_back(this);
  device_.Count();
}

DeviceLease::~DeviceLease() {
  std::erase(device_.leases, this);
  device_.Count();
}

double DeviceLease::load() const {
  return reports_ < kReportsToBelieve ? std::max(kGuessedLoad, measured_load_) : measured_load_;
}

void DeviceLease::Report(const EngineGrowth& growth, Timestamp now) {
  device_.missed_ticks.Add(growth.missed_ticks);
  device_.uploads.Add(growth.uploads);
  device_.downloads.Add(growth.downloads);
  device_.plate_blends.Add(growth.plate_blends);
  device_.pictures_held.Add(growth.pictures_held);
  TimeDelta busy;
  for (const auto& stage : growth.work)
    busy = busy + stage[static_cast<size_t>(spec_.backend)].busy;
  if (reports_ > 0) {
    const TimeDelta span = std::max(now - last_report_, kShortestReport);
    const double load = std::clamp(busy.seconds() / span.seconds(), 0.0, kMaxLoad);
    // Half of what it was: a room's load changes when somebody joins, not with every second.
    measured_load_ = reports_ == 1 ? load : (measured_load_ + load) / 2;
  }
  if (reports_ < kReportsToBelieve) ++reports_;
  last_report_ = now;
  device_.Count();
}

void DeviceLease::Failed(const std::string& reason) { table_.Failed(device_, reason); }

void DeviceLease::MixerDied(Timestamp now) {
  if (!on_cpu()) table_.Suspect(device_, "mixers keep dying on it", now);
}

void DeviceLease::GivenUp(const std::string& reason, Timestamp now) {
  if (on_cpu()) return;
  LogWarning("device.given_up", {{"device", ToString(spec_)}, {"reason", PrintableText(reason)}});
  table_.Suspect(device_, "rooms keep giving it up: " + PrintableText(reason), now);
}

}  // namespace continuo
