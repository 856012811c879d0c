// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/engine.h"

#include <utility>

#include "hwaccel/engine_compositor.h"
#include "hwaccel/engine_decoder.h"
#include "hwaccel/engine_encoder.h"

namespace continuo {

Engine::Engine(std::unique_ptr<Device> device)
    : cpu_(CreateCpuDevice()), device_(std::move(device)) {}

void Engine::GiveUp(const Error& reason) {
  if (device_ == nullptr) return;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    failure_ = reason;
  }
  given_up_.store(true, std::memory_order_release);
  probe_.device_failures.Add();
}

std::optional<Error> Engine::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Result<std::unique_ptr<VideoDecoder>> Engine::CreateDecoder(VideoCodec codec) {
  return EngineDecoder::Create(*this, codec);
}

Result<std::unique_ptr<Compositor>> Engine::CreateCompositor(PixelSize canvas) {
  return EngineCompositor::Create(*this, canvas);
}

Result<std::unique_ptr<VideoEncoder>> Engine::CreateEncoder(VideoCodec codec,
                                                            const VideoEncoderConfig& config) {
  return EngineEncoder::Create(*this, codec, config);
}

}  // namespace continuo
