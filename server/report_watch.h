// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo {

// Whether a mixer still reports, as it does once a second. Somebody looks about as often, and it is
// looks that are counted, never time: when the machine was suspended, or this program kept from
// running, nobody looked, and nobody could have reported.
class ReportWatch {
 public:
  // A busy machine takes its time to start a process.
  static constexpr int kLooksAtStart = 10;
  static constexpr int kLooks = 5;

  // `opening` is how many looks a device may take to open, before there is a first report.
  explicit ReportWatch(int64_t opening = 0) : looks_at_start_(kLooksAtStart + opening) {}

  void Heard() { missed_ = kHeard; }
  // One look. True when the mixer has been silent for too many of them.
  bool Look() {
    if (missed_ == kHeard) ever_heard_ = true;
    return ++missed_ >= (ever_heard_ ? kLooks : looks_at_start_);
  }

 private:
  static constexpr int kHeard = -1;  // since the last look

  int64_t looks_at_start_;
  int64_t missed_ = 0;  // looks without a report before them
  bool ever_heard_ = false;
};

}  // namespace continuo
