// SPDX-License-Identifier: Apache-2.0
#include "mcu/mixer/report.h"

#include "mcu/link/link.pb.h"

namespace continuo {
namespace {

void Fill(const DurationHistogram& from, link::MixerReport::Histogram& to) {
  for (size_t i = 0; i <= DurationHistogram::kBoundsMs.size(); ++i) to.add_buckets(from.bucket(i));
  to.set_sum_us(static_cast<uint64_t>(from.sum().us()));
}

void FillLadder(const LadderProbe& ladder, link::MixerReport& report) {
  for (size_t i = 0; i < ladder.renditions.size(); ++i) {
    const RenditionProbe& probe = ladder.renditions[i];
    auto& out = *report.add_renditions();
    out.set_index(static_cast<uint32_t>(i));
    out.set_encodes(probe.encodes.value());
    out.set_key_frames(probe.key_frames.value());
    out.set_bytes(probe.encoded_bytes.value());
    out.set_unchanged(probe.skipped_unchanged.value());
    out.set_missed_ticks(probe.missed_ticks.value());
    out.set_failures(probe.failures.value());
    Fill(probe.encode_duration, *out.mutable_encode_time());
  }
}

void Fill(const StageProbe& from, link::MixerReport::Stage& to) {
  to.set_pictures(from.pictures.value());
  to.set_errors(from.errors.value());
  Fill(from.duration, *to.mutable_duration());
}

void FillEngine(const Engine& engine, link::MixerReport::Engine& out) {
  for (const BackendProbe& backend : engine.probe().backends) {
    auto& to = *out.add_backends();
    Fill(backend.decode, *to.mutable_decode());
    Fill(backend.compose, *to.mutable_compose());
    Fill(backend.encode, *to.mutable_encode());
  }
  out.set_streams_refused(engine.probe().streams_refused.value());
  if (const Device* const device = engine.accelerator()) {
    out.set_device(device->info().path);
    out.set_uploads(device->probe().uploads.value());
    out.set_downloads(device->probe().downloads.value());
    out.set_plate_blends(device->probe().plate_blends.value());
    out.set_pictures_held(device->probe().pictures_held.value());
  }
  if (const auto failure = engine.failure()) {
    out.set_failure(ToString(*failure));
    out.set_device_works(failure->code == ErrorCode::kUnsupported);
  }
}

}  // namespace

std::string MakeReport(uint64_t scene_version, const MixerProbe& mixer, const Engine& engine,
                       DeviceCalls device_calls, const ComposeThread::Probes& video,
                       const AudioMixProbe& audio) {
  link::MixerReport report;
  report.set_scene_version(scene_version);
  FillLadder(video.ladder, report);
  FillEngine(engine, *report.mutable_engine());
  report.mutable_engine()->set_device_hangs(device_calls == DeviceCalls::kHang);
  report.set_decodes(mixer.decodes.value());
  report.set_decode_errors(mixer.decode_errors.value());
  Fill(mixer.decode_time, *report.mutable_decode_time());
  Fill(video.composer.compose_duration, *report.mutable_compose_time());
  Fill(video.composer.picture_age, *report.mutable_picture_age());
  report.set_ring_overflows(mixer.ring_overflows.value() + mixer.refused_frames.value() +
                            mixer.refused_packets.value() + mixer.dropped_pictures.value());
  for (const Counter& encodes : audio.shared_encodes) {
    report.add_shared_audio_encodes(encodes.value());
  }
  report.set_private_audio_encodes(audio.private_encodes.value());
  report.set_audio_concealed_ticks(audio.concealed_ticks.value());
  report.set_audio_late_packets(audio.late_packets.value());
  report.set_audio_errors(audio.decode_errors.value() + audio.encode_errors.value() +
                          mixer.audio_codec_errors.value());
  return report.SerializeAsString();
}

}  // namespace continuo
