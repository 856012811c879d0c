// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/engine_decoder.h"

#include <utility>

#include "base/clock.h"

namespace continuo {

EngineDecoder::EngineDecoder(Engine& engine, VideoCodec codec) : engine_(engine), codec_(codec) {}

EngineDecoder::~EngineDecoder() {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  decoder_.reset();
}

Result<std::unique_ptr<VideoDecoder>> EngineDecoder::Create(Engine& engine, VideoCodec codec) {
  std::unique_ptr<EngineDecoder> decoder(new EngineDecoder(engine, codec));
  if (auto opened = decoder->Open(); !opened) return tl::unexpected(std::move(opened.error()));
  return decoder;
}

Status EngineDecoder::Open() {
  Device* const device = engine_.usable();
  const auto index = static_cast<size_t>(codec_);
  if (device == nullptr || device->limits().decode[index].max_size.width == 0) return MoveToCpu();
  auto opened = [&] {
    const CallWatch::Call call(&device->calls());
    return device->CreateDecoder(codec_);
  }();
  if (opened) {
    backend_ = device->info().backend;
    decoder_ = std::move(*opened);
    return {};
  }
  if (opened.error().code == ErrorCode::kDeviceFailed) engine_.GiveUp(opened.error());
  return MoveToCpu();
}

Status EngineDecoder::MoveToCpu() {
  auto opened = engine_.cpu().CreateDecoder(codec_);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  {
    const CallWatch::Call call(engine_.WatchOf(backend_));
    decoder_ = std::move(*opened);
  }
  backend_ = Backend::kCpu;
  return {};
}

Result<std::unique_ptr<const VideoFrame>> EngineDecoder::Decode(const EncodedFrame& frame) {
  if (backend_ != Backend::kCpu && engine_.given_up()) {
    return Fail(ErrorCode::kDeviceFailed, "the device was given up");
  }
  auto decoded = DecodeOnce(frame);
  if (decoded || backend_ == Backend::kCpu) return decoded;
  if (decoded.error().code == ErrorCode::kDeviceFailed) engine_.GiveUp(decoded.error());
  // Without its key frame the CPU could not go on from here either.
  if (decoded.error().code != ErrorCode::kUnsupported || frame.kind != FrameKind::kKey) {
    return decoded;
  }
  if (auto moved = MoveToCpu(); !moved) return tl::unexpected(std::move(moved.error()));
  engine_.probe().streams_refused.Add();
  return DecodeOnce(frame);
}

Result<std::unique_ptr<const VideoFrame>> EngineDecoder::DecodeOnce(const EncodedFrame& frame) {
  StageProbe& probe = engine_.probe().Of(backend_).decode;
  const Timestamp began = MonotonicNow();
  auto decoded = [&] {
    const CallWatch::Call call(engine_.WatchOf(backend_));
    return decoder_->Decode(frame);
  }();
  probe.duration.Observe(MonotonicNow() - began);
  if (!decoded) {
    probe.errors.Add();
  } else if (*decoded != nullptr) {
    probe.pictures.Add();
  }
  return decoded;
}

}  // namespace continuo
