// SPDX-License-Identifier: Apache-2.0
#include "server/mixer_totals.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "hwaccel/choice/printable_text.h"
#include "mcu/link/link.pb.h"

namespace continuo {
namespace {

constexpr std::array kStages{Stage::kDecode, Stage::kCompose, Stage::kEncode};

// More than any number of a report can grow by in a second. A mixer that is not itself any more
// shall not spoil for good what others have counted.
constexpr uint64_t kMaxGrowth = 1'000'000'000;

MetricLabels LabelsOf(VideoRendition rendition) {
  return {{"rendition", std::string(SpecOf(rendition.rung).name)},
          {"codec", std::string(ToString(rendition.codec))}};
}

const link::MixerReport::Stage& StageOf(const link::MixerReport::Backend& backend, Stage stage) {
  if (stage == Stage::kDecode) return backend.decode();
  return stage == Stage::kCompose ? backend.compose() : backend.encode();
}

}  // namespace

// Walks the numbers of a report in a fixed order and adds what each grew since the baseline.
class MixerTotals::Growth {
 public:
  Growth(const MixerTotals::Baseline& last, MixerTotals::Baseline& next)
      : last_(last), next_(next) {}

  uint64_t Of(uint64_t value) {
    const size_t index = next_.size();
    next_.push_back(value);
    const uint64_t before = index < last_.size() ? last_[index] : 0;
    // A hostile mixer may count backwards.
    return value > before ? std::min(value - before, kMaxGrowth) : 0;
  }
  uint64_t To(Counter& counter, uint64_t value) {
    const uint64_t growth = Of(value);
    counter.Add(growth);
    return growth;
  }
  TimeDelta To(DurationHistogram& histogram, const link::MixerReport::Histogram& report) {
    for (size_t i = 0; i <= DurationHistogram::kBoundsMs.size(); ++i) {
      const int index = static_cast<int>(i);
      histogram.AddBucket(i, Of(index < report.buckets_size() ? report.buckets(index) : 0));
    }
    const auto sum = TimeDelta::Micros(static_cast<int64_t>(Of(report.sum_us())));
    histogram.AddSum(sum);
    return sum;
  }

 private:
  const MixerTotals::Baseline& last_;
  MixerTotals::Baseline& next_;
};

std::optional<EngineGrowth> MixerTotals::Add(ByteView bytes, Baseline& baseline) {
  link::MixerReport report;
  if (!report.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      report.renditions_size() != kVideoRenditionCount ||
      report.shared_audio_encodes_size() != kRungCount) {
    bad_records.Add();
    return std::nullopt;
  }
  Baseline next;
  Growth growth(baseline, next);
  EngineGrowth engine;
  for (int i = 0; i < kVideoRenditionCount; ++i) {
    const auto& from = report.renditions(i);
    Rendition& to = renditions_[static_cast<size_t>(i)];
    growth.To(to.encodes, from.encodes());
    growth.To(to.key_frames, from.key_frames());
    growth.To(to.bytes, from.bytes());
    growth.To(to.unchanged, from.unchanged());
    engine.missed_ticks += growth.To(to.missed_ticks, from.missed_ticks());
    growth.To(to.failures, from.failures());
    growth.To(to.encode_time, from.encode_time());
  }
  for (int i = 0; i < kRungCount; ++i) {
    growth.To(shared_audio_encodes_[static_cast<size_t>(i)], report.shared_audio_encodes(i));
  }
  growth.To(decodes_, report.decodes());
  growth.To(decode_errors_, report.decode_errors());
  growth.To(decode_time_, report.decode_time());
  growth.To(compose_time_, report.compose_time());
  growth.To(picture_age_, report.picture_age());
  growth.To(private_audio_encodes_, report.private_audio_encodes());
  growth.To(audio_concealed_ticks_, report.audio_concealed_ticks());
  growth.To(audio_late_packets_, report.audio_late_packets());
  growth.To(audio_errors_, report.audio_errors());
  growth.To(ring_overflows_, report.ring_overflows());
  AddEngine(report.engine(), growth, engine);
  baseline = std::move(next);
  return engine;
}

void MixerTotals::AddEngine(const link::MixerReport::Engine& from, Growth& growth,
                            EngineGrowth& out) {
  growth.To(streams_refused_, from.streams_refused());
  for (size_t b = 0; b < kBackendCount; ++b) {
    const int index = static_cast<int>(b);
    const auto& backend = index < from.backends_size()
                              ? from.backends(index)
                              : link::MixerReport::Backend::default_instance();
    for (const Stage stage : kStages) {
      const link::MixerReport::Stage& said = StageOf(backend, stage);
      EngineStage& to = engine_[static_cast<size_t>(stage)][b];
      EngineGrowth::Work& work = out.Of(stage, static_cast<Backend>(b));
      work.pictures = growth.To(to.pictures, said.pictures());
      growth.To(to.errors, said.errors());
      work.busy = growth.To(to.duration, said.duration());
    }
  }
  out.has_device = !from.device().empty();
  out.failure = PrintableText(from.failure());
  out.device_works = from.device_works();
  out.device_hangs = from.device_hangs();
  out.uploads = growth.Of(from.uploads());
  out.downloads = growth.Of(from.downloads());
  out.plate_blends = growth.Of(from.plate_blends());
  out.pictures_held = growth.Of(from.pictures_held());
}

void MixerTotals::Register(MetricRegistry& registry) const {
  registry.AddCounter("continuo_mixer_starts_total", "Mixer processes started.", {}, starts);
  registry.AddCounter("continuo_mixer_deaths_total",
                      "Mixer processes that ended while their room was live.", {}, deaths);
  registry.AddGauge("continuo_mixers_unkillable",
                    "Mixer processes that were killed seconds ago and that the kernel keeps, as a "
                    "call into a driver does that never returns.",
                    {}, unkillable);
  registry.AddCounter("continuo_link_bad_records_total", "Malformed records from mixers.", {},
                      bad_records);
  for (int i = 0; i < kVideoRenditionCount; ++i) {
    const Rendition& rendition = renditions_[static_cast<size_t>(i)];
    const MetricLabels labels = LabelsOf(*VideoRendition::FromIndex(i));
    registry.AddCounter("continuo_video_encodes_total",
                        "Pictures encoded, once per rendition whatever its audience.", labels,
                        rendition.encodes);
    registry.AddCounter("continuo_video_key_frames_total", "Key frames encoded.", labels,
                        rendition.key_frames);
    registry.AddCounter("continuo_video_encoded_bytes_total", "Bytes that encoders put out.",
                        labels, rendition.bytes);
    registry.AddCounter("continuo_video_unchanged_total",
                        "Ticks without an encode because the picture stood still.", labels,
                        rendition.unchanged);
    registry.AddCounter("continuo_video_missed_ticks_total",
                        "Ticks that passed before they could be encoded.", labels,
                        rendition.missed_ticks);
    registry.AddCounter("continuo_video_encoder_failures_total", "Encoders that failed.", labels,
                        rendition.failures);
    registry.AddHistogram("continuo_video_encode_seconds", "Time to encode one picture.", labels,
                          rendition.encode_time);
  }
  for (int i = 0; i < kRungCount; ++i) {
    registry.AddCounter("continuo_audio_shared_encodes_total", "Shared audio mixes encoded.",
                        {{"rendition", std::string(SpecOf(static_cast<Rung>(i)).name)}},
                        shared_audio_encodes_[static_cast<size_t>(i)]);
  }
  registry.AddCounter("continuo_audio_private_encodes_total",
                      "Private audio mixes encoded, for talkers.", {}, private_audio_encodes_);
  registry.AddCounter("continuo_audio_concealed_ticks_total",
                      "Ticks of 20 ms of one voice in which something was invented.", {},
                      audio_concealed_ticks_);
  registry.AddCounter("continuo_audio_late_packets_total", "Audio packets after their turn.", {},
                      audio_late_packets_);
  registry.AddCounter("continuo_audio_errors_total", "Audio that could not be coded.", {},
                      audio_errors_);
  registry.AddCounter("continuo_video_decodes_total", "Pictures decoded.", {}, decodes_);
  registry.AddCounter("continuo_video_decode_errors_total", "Frames that could not be decoded.", {},
                      decode_errors_);
  registry.AddHistogram("continuo_video_decode_seconds", "Time to decode one picture.", {},
                        decode_time_);
  registry.AddHistogram("continuo_video_compose_seconds", "Time to compose one canvas.", {},
                        compose_time_);
  registry.AddHistogram("continuo_video_picture_age_seconds",
                        "From a picture's arrival to its first drawing.", {}, picture_age_);
  registry.AddCounter("continuo_mixer_overflows_total",
                      "Frames and packets lost between two threads for lateness.", {},
                      ring_overflows_);
  RegisterEngine(registry);
}

void MixerTotals::RegisterEngine(MetricRegistry& registry) const {
  for (const Stage stage : kStages) {
    for (size_t b = 0; b < kBackendCount; ++b) {
      const EngineStage& totals = engine_[static_cast<size_t>(stage)][b];
      const MetricLabels labels{{"stage", std::string(ToString(stage))},
                                {"backend", std::string(ToString(static_cast<Backend>(b)))}};
      registry.AddCounter("continuo_engine_pictures_total",
                          "Pictures through a stage, by where it really ran.", labels,
                          totals.pictures);
      registry.AddCounter("continuo_engine_errors_total",
                          "Pictures that a stage could not make, by where it ran.", labels,
                          totals.errors);
      registry.AddHistogram("continuo_engine_stage_seconds",
                            "Time of one picture in a stage, by where it ran.", labels,
                            totals.duration);
    }
  }
  registry.AddCounter("continuo_engine_streams_refused_total",
                      "Streams decoded on the CPU because a device refused their profile or size.",
                      {}, streams_refused_);
}

}  // namespace continuo