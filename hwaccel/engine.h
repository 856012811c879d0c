// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "hwaccel/call_watch.h"
#include "hwaccel/compositor.h"
#include "hwaccel/device.h"
#include "hwaccel/engine_probe.h"
#include "media/codec.h"

namespace continuo {

// Where one room's pictures are made: on a device, and on the CPU what the device refuses, and all
// of it once the device fails. Makes the decoders, compositors and encoders that the mixer uses,
// each of which counts what it does, is watched while it is in the device, and knows when the
// device was given up: a decoder and an encoder then fail once with kDeviceFailed, a compositor is
// lost(), and their owners, who have to cope with errors anyway, ask for another. So nothing is
// moved over: the room is drawn anew from the next key frames on.
//
// A stream whose codec, profile or size the device refuses is decoded on the CPU, from the frame
// that was refused. An encoder for a codec that it lacks is one in software, with a download a
// picture. Makers and questions are for any thread. Outlives all that it made and their pictures.
class Engine {
 public:
  // On the CPU alone when `device` is null.
  explicit Engine(std::unique_ptr<Device> device = nullptr);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec);
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas);
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config);

  Device& cpu() { return *cpu_; }
  // The accelerator, given up or not; null when there is none.
  Device* accelerator() { return device_.get(); }
  const Device* accelerator() const { return device_.get(); }
  // The accelerator while it works; else null.
  Device* usable() { return given_up() ? nullptr : device_.get(); }

  // From now on everything is on the CPU. The first reason counts.
  void GiveUp(const Error& reason);
  bool given_up() const { return given_up_.load(std::memory_order_acquire); }
  // Why it was given up; nothing while it works.
  std::optional<Error> failure() const;

  // For calls into what was made there: work on the CPU is not watched.
  CallWatch* WatchOf(Backend backend) {
    return backend == Backend::kCpu ? nullptr : &device_->calls();
  }

  EngineProbe& probe() { return probe_; }
  const EngineProbe& probe() const { return probe_; }

 private:
  EngineProbe probe_;
  const std::unique_ptr<Device> cpu_;
  const std::unique_ptr<Device> device_;
  std::atomic<bool> given_up_{false};
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // under mutex_
};

}  // namespace continuo
