// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/engine_encoder.h"

#include <utility>

#include "base/clock.h"

namespace continuo {

EngineEncoder::EngineEncoder(Engine& engine) : engine_(engine) {}

EngineEncoder::~EngineEncoder() {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  encoder_.reset();
}

Result<std::unique_ptr<VideoEncoder>> EngineEncoder::Create(Engine& engine, VideoCodec codec,
                                                            const VideoEncoderConfig& config) {
  std::unique_ptr<EngineEncoder> encoder(new EngineEncoder(engine));
  if (auto opened = encoder->Open(codec, config); !opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  return encoder;
}

Status EngineEncoder::Open(VideoCodec codec, const VideoEncoderConfig& config) {
  Device* const device = engine_.usable();
  const auto index = static_cast<size_t>(codec);
  if (device != nullptr && device->limits().encode[index].max_size.width > 0) {
    auto opened = [&] {
      const CallWatch::Call call(&device->calls());
      return device->CreateEncoder(codec, config);
    }();
    if (opened) {
      backend_ = device->info().backend;
      encoder_ = std::move(*opened);
      return {};
    }
    if (opened.error().code == ErrorCode::kDeviceFailed) return Failed(std::move(opened.error()));
  }
  auto opened = engine_.cpu().CreateEncoder(codec, config);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  encoder_ = std::move(*opened);
  return {};
}

Result<EncodedFrame> EngineEncoder::Encode(const PictureView& picture, uint32_t rtp_timestamp,
                                           Timestamp capture_time, ForceKeyFrame force) {
  if ((backend_ != Backend::kCpu || picture.surface() != nullptr) && engine_.given_up()) {
    return Fail(ErrorCode::kDeviceFailed, "the device was given up");
  }
  StageProbe& probe = engine_.probe().Of(backend_).encode;
  const Timestamp began = MonotonicNow();
  auto encoded = [&]() -> Result<EncodedFrame> {
    const auto readable = backend_ == Backend::kCpu ? InMemory(picture) : picture;
    if (!readable) return tl::unexpected(readable.error());
    const CallWatch::Call call(engine_.WatchOf(backend_));
    return encoder_->Encode(*readable, rtp_timestamp, capture_time, force);
  }();
  probe.duration.Observe(MonotonicNow() - began);
  if (!encoded) {
    probe.errors.Add();
    // It was opened for these pictures: what it cannot do now it has ceased to do.
    ErrorCode& code = encoded.error().code;
    if (backend_ != Backend::kCpu && code != ErrorCode::kInvalidArgument) {
      code = ErrorCode::kDeviceFailed;
    }
    return Failed(std::move(encoded.error()));
  }
  probe.pictures.Add();
  return encoded;
}

Result<PictureView> EngineEncoder::InMemory(const PictureView& picture) {
  if (picture.surface() == nullptr) return picture;
  downloaded_.Resize(picture.size());
  Device& device = *engine_.accelerator();
  const CallWatch::Call call(&device.calls());
  auto done = device.Download(*picture.surface(), downloaded_.view());
  if (!done) return tl::unexpected(std::move(done.error()));
  return PictureView(downloaded_.view());
}

Status EngineEncoder::SetRate(DataRate rate) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  auto set = encoder_->SetRate(rate);
  if (!set) return Failed(std::move(set.error()));
  return {};
}

Status EngineEncoder::SetRegions(std::span<const QualityRegion> regions) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  auto set = encoder_->SetRegions(regions);
  if (!set) return Failed(std::move(set.error()));
  return {};
}

tl::unexpected<Error> EngineEncoder::Failed(Error error) {
  if (error.code == ErrorCode::kDeviceFailed) engine_.GiveUp(error);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace continuo
