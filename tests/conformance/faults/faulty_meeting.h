// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/time.h"
#include "hwaccel/device.h"
#include "tests/conformance/faults/looped_camera.h"

namespace continuo {

// What is to happen at the n-th call into the driver, or the n-th of a name, from vaInitialize on;
// see SOFTVA_FAULT in tests/softva/README.md.
struct Fault {
  enum class Kind : uint8_t { kFail, kHang, kLost };
  Kind kind = Kind::kFail;
  int64_t call = 0;  // 0: nothing happens
  std::string name = "any";
};
std::string ToString(Fault::Kind kind);

// The people of a meeting; encoding their loops is what costs.
struct People {
  LoopedCamera ada{1, VideoCodec::kH264, {640, 360}};
  LoopedCamera grace{2, VideoCodec::kVp8, {320, 180}};
};

// Calls into the driver, as it says itself: by name, and all as "any". Empty when it says nothing.
using CallCounts = std::map<std::string, int64_t>;

// How a meeting went.
struct Outcome {
  std::string problem;         // what a user would complain of; empty when nothing
  TimeDelta longest_freeze;    // of anybody's picture
  TimeDelta longest_silence;   // of the room's sound
  bool opened = false;         // the device did
  std::string device_failure;  // why the device was given up
  CallCounts calls;
  std::map<std::string, int64_t> leaks;  // what it says was left when its display was closed
};

// With a sanitizer, which makes everything several times slower.
bool IsSlowBuild();

// Every how many calls one goes wrong: CONTINUO_TEST_FAULT_STRIDE, or every single one.
int64_t FaultStride();

// How many buffers, configs, ... a device may keep for good when a call of that kind of meeting
// goes wrong: what a call that failed was to destroy, perhaps with a part of it. Intel's runtime
// forgets the buffer that it cannot map, and all that it has in hand when its teardown fails.
int64_t MayBeLeft(Fault::Kind kind);

// How long a picture may stand still, whatever happens to the device, on a machine that has time.
TimeDelta LongestFreeze();
// After which a call counts as one that does not return: as in the product where calls are made to
// hang, and else so long that no busy machine is taken for it.
TimeDelta DeadlineOf(Fault::Kind kind);

// Where a meeting is, for whoever watches a process that may hang.
enum class Stage : uint8_t { kOpening, kStarting, kMeeting, kOver };

struct Observer {
  std::function<void(Stage)> on_stage = [](Stage) {};
  // The mixer found a call that does not return; somebody's picture has stood still for so long.
  std::function<void(TimeDelta frozen)> on_device_hung = [](TimeDelta) {};
};

// Makes the variables that HoldMeeting() and OpenNeighbour() change. Before there are any threads.
void PrepareEnvironment();

// Opens the device under test with that fault waiting in it, and holds a whole meeting on it: one
// person comes, another one while a new viewer wants a key frame, and the first one leaves.
// `report` is a file that the driver writes.
Outcome HoldMeeting(People& people, Fault fault, const std::string& report,
                    const Observer& observer = {});

// What it takes to open the device under test and to close it.
CallCounts CountOpeningCalls(const std::string& report);

// A device for a room next door, in the same process: another node where CONTINUO_TEST_NEIGHBOUR
// names one. Nothing happens to it.
std::unique_ptr<Device> OpenNeighbour(const std::string& report);

}  // namespace continuo
