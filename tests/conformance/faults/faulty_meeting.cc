// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/faults/faulty_meeting.h"

#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/open_device.h"
#include "tests/conformance/faults/live_room.h"
#include "tests/conformance/support/driver_report.h"

namespace continuo {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONTINUO_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CONTINUO_SLOW_BUILD 1
#endif
#endif
#ifdef CONTINUO_SLOW_BUILD
constexpr int kSlowness = 8;
#else
constexpr int kSlowness = 1;
#endif

// Beyond any meeting: a value for a variable that always has one, since other threads may read the
// environment while it changes.
constexpr const char* kNoFault = "any:1000000000:fail";
constexpr const char* kDeviceVariable = "CONTINUO_TEST_DEVICE";
// After which somebody is given up who is not seen; how long it really took is measured.
constexpr TimeDelta kPatience = TimeDelta::Seconds(20) * kSlowness;

void SetVariable(const char* name, const std::string& value) {
  CONTINUO_CHECK(setenv(name, value.c_str(), 1) == 0);
}

std::string TextOf(const Fault& fault) {
  if (fault.call == 0) return kNoFault;
  return fault.name + ":" + std::to_string(fault.call) + ":" + ToString(fault.kind);
}

DeviceSpec SpecOf(const char* variable) {
  const char* const text = std::getenv(variable);
  CONTINUO_CHECK(text != nullptr);
  const auto spec = ParseDeviceSpec(text);
  CONTINUO_CHECK(spec);
  return *spec;
}

Result<std::unique_ptr<Device>> Open(const char* variable, const Fault& fault,
                                     const std::string& report) {
  SetVariable("SOFTVA_REPORT", report);
  SetVariable("SOFTVA_FAULT", TextOf(fault));
  auto opened = OpenDevice(SpecOf(variable));
  SetVariable("SOFTVA_FAULT", kNoFault);
  return opened;
}

// Of the display that was called most: others are opened and closed to have a look.
CallCounts CountCalls(const DriverReport& driver) {
  CallCounts calls;
  for (const DriverReport::Session& session : driver.Read()) {
    if (session.call_count() <= calls["any"]) continue;
    calls = session.calls;
    calls["any"] = session.call_count();
  }
  return calls;
}

std::string HoldPhases(LiveRoom& room, People& people) {
  room.Gather({&people.ada});
  if (!room.LiveUntilSeen(kPatience)) return "Ada is not seen";
  room.Gather({&people.ada, &people.grace});
  room.RequestKeyFrame();
  if (!room.LiveUntilSeen(kPatience)) return "Ada and Grace are not both seen";
  room.Gather({&people.grace});
  if (!room.LiveUntilSeen(kPatience)) return "Grace is not seen";
  return room.problem();
}

}  // namespace

std::string ToString(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kFail:
      return "fail";
    case Fault::Kind::kHang:
      return "hang";
    case Fault::Kind::kLost:
      return "lost";
  }
  return {};
}

TimeDelta DeadlineOf(Fault::Kind kind) {
  return kind == Fault::Kind::kHang ? Mixer::Options().device_deadline * kSlowness
                                    : TimeDelta::Seconds(10);
}

bool IsSlowBuild() { return kSlowness > 1; }

int64_t FaultStride() {
  const char* const text = std::getenv("CONTINUO_TEST_FAULT_STRIDE");
  return text == nullptr ? 1 : std::max(std::atoll(text), 1LL);
}

int64_t MayBeLeft(Fault::Kind kind) {
  const bool fails = kind == Fault::Kind::kFail;
  if (SpecOf(kDeviceVariable).backend == Backend::kVpl) return fails ? 16 : 1;
  return fails ? 1 : 0;
}

TimeDelta LongestFreeze() { return TimeDelta::Seconds(1) * kSlowness; }

void PrepareEnvironment() {
  SetVariable("SOFTVA_REPORT", "");
  SetVariable("SOFTVA_FAULT", kNoFault);
}

Outcome HoldMeeting(People& people, Fault fault, const std::string& report,
                    const Observer& observer) {
  Outcome outcome;
  SetVariable("SOFTVA_REPORT", report);
  DriverReport driver;
  driver.Begin();
  {
    observer.on_stage(Stage::kOpening);
    auto device = Open(kDeviceVariable, fault, report);
    outcome.opened = device.has_value();
    observer.on_stage(Stage::kStarting);
    // A device that does not open is none: the room is on the CPU from the beginning.
    LiveRoom* running = nullptr;
    LiveRoom room(device ? *std::move(device) : nullptr, DeadlineOf(fault.kind),
                  [&] { observer.on_device_hung(MonotonicNow() - running->frozen_since()); });
    running = &room;
    observer.on_stage(Stage::kMeeting);
    outcome.problem = HoldPhases(room, people);
    outcome.longest_freeze = room.longest_freeze();
    outcome.longest_silence = room.longest_silence();
    outcome.device_failure = room.device_failure();
    observer.on_stage(Stage::kOver);
  }
  outcome.calls = CountCalls(driver);
  for (const DriverReport::Session& session : driver.Read()) {
    for (const auto& [kind, count] : session.leaks) outcome.leaks[kind] += count;
  }
  return outcome;
}

CallCounts CountOpeningCalls(const std::string& report) {
  SetVariable("SOFTVA_REPORT", report);
  DriverReport driver;
  driver.Begin();
  Open(kDeviceVariable, {}, report);
  return CountCalls(driver);
}

std::unique_ptr<Device> OpenNeighbour(const std::string& report) {
  const char* const variable = std::getenv("CONTINUO_TEST_NEIGHBOUR") == nullptr
                                   ? kDeviceVariable
                                   : "CONTINUO_TEST_NEIGHBOUR";
  auto opened = Open(variable, {}, report);
  CONTINUO_CHECK(opened);
  return *std::move(opened);
}

}  // namespace continuo
