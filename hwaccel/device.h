// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "hwaccel/call_watch.h"
#include "hwaccel/choice/backend.h"
#include "hwaccel/compositor.h"
#include "hwaccel/device_probe.h"
#include "hwaccel/limits.h"
#include "hwaccel/surface.h"
#include "media/codec.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

struct DeviceInfo {
  Backend backend = Backend::kCpu;
  std::string path;    // "/dev/dri/renderD128"; empty for the CPU
  std::string driver;  // what the driver says of itself, for people to read
};

// One way to make pictures: decodes, composes and encodes on one kind of memory, so that a picture
// stays on the device from decoder to encoder. Makers are for any thread; what they make is for one
// thread at a time, each, and different ones may run side by side. The device outlives all that it
// made, and all pictures that came of it. Mixing devices, falling back and watching for hangs is
// the Engine's, not a backend's.
//
// Errors, of makers and of what they make: kUnsupported is a stream, size or codec that this device
// refuses (the CPU may take it), kMalformed the stream's own fault; kDeviceFailed says that the
// device is of no further use to this process. A call may hang for ever: whoever calls watches.
class Device {
 public:
  virtual ~Device() = default;

  virtual const DeviceInfo& info() const = 0;
  virtual const Limits& limits() const = 0;

  // Its pictures are on the device, at most a few at a time: one that is asked for more than
  // kMaxHeldPictures at once decodes and shows nothing (null) until some are given back.
  virtual Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) = 0;
  virtual Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) = 0;
  // Takes pictures of this device's compositor.
  virtual Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                              const VideoEncoderConfig& config) = 0;
  // Copies a picture of this device to memory of the same size. Any thread.
  virtual Status Download(const Surface& surface, const MutableI420View& to) = 0;

  const DeviceProbe& probe() const { return probe_; }

  // The calls into this device that are under way: whoever makes one says so here (the Engine).
  // Only a decoder's pictures do so themselves, for it is anybody who gives them back.
  CallWatch& calls() const { return calls_; }

  static constexpr int kMaxHeldPictures = 8;
  // Of a frame to decode. Each is several calls into a driver, which together must not look like
  // one that hangs. Encoders make one a row of macroblocks at most.
  static constexpr int kMaxSlices = 256;

 protected:
  DeviceProbe probe_;

 private:
  mutable CallWatch calls_;
};

// The CPU as a device: libraries in software, pictures in memory. Refuses nothing that the codecs'
// registry has; never fails.
std::unique_ptr<Device> CreateCpuDevice();

}  // namespace continuo
