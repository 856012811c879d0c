// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "media/rendition.h"
#include "metrics/counter.h"
#include "metrics/registry.h"
#include "server/engine_growth.h"

namespace continuo {

namespace link {
class MixerReport_Engine;
}

// What all mixers of this server have counted, the dead ones included: each report of a mixer is
// added by what it grew since the mixer's last one. Control thread; scrapes may come from any.
class MixerTotals {
 public:
  // A mixer's last report, flattened; empty for a new mixer.
  using Baseline = std::vector<uint64_t>;

  Counter starts;
  Counter deaths;
  Gauge unkillable;     // killed, but the kernel does not let go of them
  Counter bad_records;  // on the link, from a mixer that is not itself any more

  // `report` is a serialised MixerReport. Gives what the room's engine did since the last one;
  // nothing when it does not parse, which is counted as a bad record.
  std::optional<EngineGrowth> Add(ByteView report, Baseline& baseline);
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
  // What all rooms' pictures did on one backend.
  struct EngineStage {
    Counter pictures;
    Counter errors;
    DurationHistogram duration;
  };
  class Growth;

  void AddEngine(const link::MixerReport_Engine& from, Growth& growth, EngineGrowth& out);
  void RegisterEngine(MetricRegistry& registry) const;

  std::array<Rendition, kVideoRenditionCount> renditions_;
  std::array<std::array<EngineStage, kBackendCount>, kStageCount> engine_;  // [stage][backend]
  Counter streams_refused_;
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
