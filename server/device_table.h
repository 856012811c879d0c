// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/conference.h"
#include "base/result.h"
#include "base/time.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/choice/self_test_report.h"
#include "metrics/counter.h"
#include "metrics/registry.h"
#include "server/engine_growth.h"

namespace continuo {

// Where an operator wants a room: anywhere, or on one device (the CPU is one too).
struct DevicePreference {
  bool automatic = true;
  std::string device;  // its id
  friend bool operator==(const DevicePreference&, const DevicePreference&) = default;
};

// All wishes of a choice: with "auto", every render node of the machine as it is now.
std::vector<DeviceWish> WishesOf(const DeviceChoice& choice);

class DeviceLease;

// Which devices this machine has, which of them have proved themselves, and how busy our rooms keep
// each. Tests every device at start and when the operator asks; gives each mixer that starts the
// ready device with the least load, else the CPU. A device that failed a room gets no other until
// the operator has it tested again, but rooms that work on it stay there. Opens nothing itself.
// Control thread only; outlives its leases.
class DeviceTable {
 public:
  // Tries one device in a process of its own and says later, on the control thread, what it found.
  using SelfTest =
      std::function<void(const DeviceSpec&, std::function<void(Result<SelfTestReport>)>)>;
  static constexpr std::string_view kCpuId = "cpu";

  DeviceTable(std::vector<DeviceWish> wishes, SelfTest self_test);
  ~DeviceTable();
  DeviceTable(const DeviceTable&) = delete;
  DeviceTable& operator=(const DeviceTable&) = delete;

  void TestAll();
  // Tests a device again; `done` hears how it ended. kNotFound, kInvalidArgument (the CPU).
  void Test(std::string_view id, std::function<void(Result<DeviceView>)> done);
  std::vector<DeviceView> Views() const;

  // "auto", or a device by its id, its path or its spec. kNotFound when there is no such device.
  Result<DevicePreference> Find(std::string_view text) const;
  // kUnavailable, with the reason, when a room cannot be put there now.
  Status CheckUsable(const DevicePreference& preference) const;
  // A place for a mixer that starts now. Never fails: there is always the CPU.
  std::unique_ptr<DeviceLease> Take(const DevicePreference& preference);
  // Where Take() would put the mixer of `lease`, or of none, if it started now; where it is, if
  // nothing is better.
  DeviceSpec WouldTake(const DevicePreference& preference, const DeviceLease* lease) const;

  void Register(MetricRegistry& registry) const;

 private:
  friend class DeviceLease;
  struct Device;

  const Device* FindDevice(std::string_view text) const;
  Device& Choose(const DevicePreference& preference, const DeviceLease* except = nullptr) const;
  void TestNextSpec(Device& device);
  void OnTested(Device& device, const Result<SelfTestReport>& result);
  void SetState(Device& device, DeviceState state, std::string reason);
  void Failed(Device& device, const std::string& reason);
  // One room left it, which several do if it is the device's doing.
  void Suspect(Device& device, const std::string& reason, Timestamp now);
  void Blame(Device& device, const std::string& reason);
  DeviceView ViewOf(const Device& device) const;

  const SelfTest self_test_;
  std::vector<std::unique_ptr<Device>> devices_;  // the CPU first, then in the operator's order
};

// One mixer's place on a device, from its start to its end or to its device's failure.
class DeviceLease {
 public:
  ~DeviceLease();
  DeviceLease(const DeviceLease&) = delete;
  DeviceLease& operator=(const DeviceLease&) = delete;

  const DeviceSpec& spec() const { return spec_; }
  bool on_cpu() const { return spec_.backend == Backend::kCpu; }
  // What the mixer did up to `now`: its share of the device's load, and what the device counts.
  void Report(const EngineGrowth& growth, Timestamp now);
  // The mixer gave its device up.
  void Failed(const std::string& reason);
  // The mixer died without a word. Once may be anybody's fault; several in a row is the device's.
  void MixerDied(Timestamp now);
  // The room did without the device, which works otherwise: what it wanted may have been too much.
  void GivenUp(const std::string& reason, Timestamp now);

 private:
  friend class DeviceTable;
  DeviceLease(DeviceTable& table, DeviceTable::Device& device);
  // In seconds of the device's stages a second.
  double load() const;

  DeviceTable& table_;
  DeviceTable::Device& device_;
  const DeviceSpec spec_;
  int reports_ = 0;
  Timestamp last_report_;
  double measured_load_ = 0;
};

}  // namespace continuo
