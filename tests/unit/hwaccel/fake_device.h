// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "codecs/registry.h"
#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/device.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {

// What a FakeDevice is to do, and what it was asked.
struct DeviceFate {
  std::optional<ErrorCode> decoding;   // every call fails with it
  std::optional<ErrorCode> composing;  // Finish() and Canvas()
  std::optional<ErrorCode> encoding;
  std::optional<ErrorCode> making;              // decoders, compositors and encoders
  std::function<void()> while_in_call = [] {};  // runs inside every call
  int downloads = 0;
};

// A picture "on the device": in memory that only FakeDevice looks into.
class FakeSurface final : public Surface {
 public:
  FakeSurface(const Device& device, const I420View& picture) : Surface(device), view(picture) {}
  I420View view;
};

// An accelerator that is the CPU in disguise: its pictures are surfaces, its codecs libraries, and
// it fails as it is told.
class FakeDevice final : public Device {
 public:
  explicit FakeDevice(DeviceFate& fate) : fate_(fate) {
    limits_.decode[static_cast<size_t>(VideoCodec::kH264)].max_size = {4096, 4096};
    limits_.encode[static_cast<size_t>(VideoCodec::kH264)].max_size = {4096, 4096};
    limits_.max_canvas = {4096, 4096};
  }

  const DeviceInfo& info() const override { return info_; }
  const Limits& limits() const override { return limits_; }

  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override {
    if (fate_.making) return Fail(*fate_.making, "as told");
    return std::make_unique<Decoder>(*this, std::move(*CreateVideoDecoder(codec)));
  }
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) override {
    if (fate_.making) return Fail(*fate_.making, "as told");
    return std::make_unique<DeviceCompositor>(*this, std::move(*CpuCompositor::Create(canvas)));
  }
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override {
    if (fate_.making) return Fail(*fate_.making, "as told");
    return std::make_unique<Encoder>(*this, std::move(*CreateVideoEncoder(codec, config)));
  }
  Status Download(const Surface& surface, const MutableI420View& to) override {
    ++fate_.downloads;
    Scaler().Scale(static_cast<const FakeSurface&>(surface).view, to);
    return {};
  }

 private:
  static PictureView InMemory(const PictureView& picture) {
    if (picture.surface() == nullptr) return picture;
    return static_cast<const FakeSurface*>(picture.surface())->view;
  }

  class Decoder final : public VideoDecoder {
   public:
    Decoder(FakeDevice& device, std::unique_ptr<VideoDecoder> software)
        : device_(device), software_(std::move(software)) {}
    Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) override {
      device_.fate_.while_in_call();
      if (device_.fate_.decoding) return Fail(*device_.fate_.decoding, "as told");
      auto decoded = software_->Decode(frame);
      if (!decoded || *decoded == nullptr) return decoded;
      struct Storage {
        std::unique_ptr<const VideoFrame> frame;
        FakeSurface surface;
      };
      const VideoFrame& picture = **decoded;
      auto* const storage = new Storage{nullptr, FakeSurface(device_, picture.picture())};
      const uint32_t rtp_timestamp = picture.rtp_timestamp();
      const Timestamp capture_time = picture.capture_time();
      const PictureView view(picture.size(), storage->surface);
      storage->frame = std::move(*decoded);
      return std::make_unique<const VideoFrame>(
          view, rtp_timestamp, capture_time, storage,
          [](void* kept) { delete static_cast<Storage*>(kept); });
    }

   private:
    FakeDevice& device_;
    std::unique_ptr<VideoDecoder> software_;
  };

  class DeviceCompositor final : public Compositor {
   public:
    DeviceCompositor(FakeDevice& device, std::unique_ptr<CpuCompositor> cpu)
        : device_(device), cpu_(std::move(cpu)), surface_(device, {}) {}
    PixelSize size() const override { return cpu_->size(); }
    bool CanDraw(const PictureView& picture) const override {
      return picture.surface() == nullptr || &picture.surface()->device() == &device_;
    }
    void Fill(PixelRect rect, YuvColor color) override { cpu_->Fill(rect, color); }
    void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override {
      cpu_->DrawPicture(tile, InMemory(picture), bars);
    }
    void Blend(PixelPoint at, const Overlay& overlay) override { cpu_->Blend(at, overlay); }
    Status Finish() override {
      device_.fate_.while_in_call();
      if (device_.fate_.composing) return Fail(*device_.fate_.composing, "as told");
      return {};
    }
    Result<PictureView> Canvas(PixelSize size) override {
      if (device_.fate_.composing) return Fail(*device_.fate_.composing, "as told");
      auto canvas = cpu_->Canvas(size);
      surface_.view = canvas->memory();
      return PictureView(size, surface_);
    }

   private:
    FakeDevice& device_;
    std::unique_ptr<CpuCompositor> cpu_;
    FakeSurface surface_;
  };

  class Encoder final : public VideoEncoder {
   public:
    Encoder(FakeDevice& device, std::unique_ptr<VideoEncoder> software)
        : device_(device), software_(std::move(software)) {}
    Result<EncodedFrame> Encode(const PictureView& picture, uint32_t rtp_timestamp,
                                Timestamp capture_time, ForceKeyFrame force) override {
      device_.fate_.while_in_call();
      if (device_.fate_.encoding) return Fail(*device_.fate_.encoding, "as told");
      return software_->Encode(InMemory(picture), rtp_timestamp, capture_time, force);
    }
    Status SetRate(DataRate rate) override {
      if (device_.fate_.encoding) return Fail(*device_.fate_.encoding, "as told");
      return software_->SetRate(rate);
    }

   private:
    FakeDevice& device_;
    std::unique_ptr<VideoEncoder> software_;
  };

  DeviceFate& fate_;
  const DeviceInfo info_{Backend::kVaapi, "/dev/dri/fake", "fake"};
  Limits limits_;
};

}  // namespace continuo
