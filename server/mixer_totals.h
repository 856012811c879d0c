// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "media/rendition.h"
#include "metrics/counter.h"
#include "metrics/registry.h"

namespace continuo {

// What all mixers of this server have counted, the dead ones included: each report of a mixer is
// added by what it grew since the mixer's last one. Control thread; scrapes may come from any.
class MixerTotals {
 public:
  // A mixer's last report, flattened; empty for a new mixer.
  using Baseline = std::vector<uint64_t>;

  Counter starts;
  Counter deaths;
  Counter bad_records;  // on the link, from a mixer that is not itself any more

  // `report` is a serialised MixerReport; what does not parse is counted as a bad record.
  void Add(ByteView report, Baseline& baseline);
  void Register(MetricRegistry& registry) const;

 private:
  struct Rendition {
    Counter encodes;
    Counter key_frames;
    Counter bytes;
    Counter unchanged;
    Counter missed_ticks;
    Counter failures;
    DurationHistogram encode_time;
  };
  std::array<Rendition, kVideoRenditionCount> renditions_;
  Counter decodes_;
  Counter decode_errors_;
  DurationHistogram decode_time_;
  DurationHistogram compose_time_;
  DurationHistogram picture_age_;
  std::array<Counter, kRungCount> shared_audio_encodes_;
  Counter private_audio_encodes_;
  Counter audio_concealed_ticks_;
  Counter audio_late_packets_;
  Counter audio_errors_;
  Counter ring_overflows_;
};

}  // namespace continuo
