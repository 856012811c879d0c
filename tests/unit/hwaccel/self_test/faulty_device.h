// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "hwaccel/device.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {

// What a driver may do wrong without ever saying so, and how it fails aloud.
enum class Fault : uint8_t {
  kNone,
  kScalesInItsOwnWay,  // no fault: another filter is another device's right
  kSwapsChroma,        // of decoded pictures
  kLosesAPicture,      // of the decoder
  kDropsOverlays,
  kForgetsTransparency,  // of overlays
  kOneRowOff,            // the whole canvas
  kDropsTheNinthTile,    // of a pass
  kWipesTheCanvas,       // at the beginning of every pass
  kSmallCanvasIsStale,   // at other sizes than its own
  kIgnoresRate,
  kTakesRateWithAKeyFrame,
  kIgnoresForcedKeyFrames,
  kEncodesAnOldPicture,
  kGoesThroughMemory,
  kDecoderFails,
  kCompositorFails,
  kEncoderFails,
};

inline tl::unexpected<Error> DeviceLost() {
  return Fail(ErrorCode::kDeviceFailed, "the GPU was reset");
}

// Bilinear, whatever the factor, as the simplest GPUs do it.
inline void ScaleBilinear(const I420View& from, const MutableI420View& to) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    const int from_width = (from.size.width + shift) >> shift;
    const int from_height = (from.size.height + shift) >> shift;
    const int width = (to.size.width + shift) >> shift;
    const int height = (to.size.height + shift) >> shift;
    const auto at = [&](double x, double y) {
      const double left = std::clamp(x - 0.5, 0.0, from_width - 1.0);
      const double top = std::clamp(y - 0.5, 0.0, from_height - 1.0);
      const int x0 = static_cast<int>(left), x1 = std::min(x0 + 1, from_width - 1);
      const int y0 = static_cast<int>(top), y1 = std::min(y0 + 1, from_height - 1);
      const auto pixel = [&](int px, int py) -> double {
        return from.planes[plane][static_cast<ptrdiff_t>(py) * from.strides[plane] + px];
      };
      const double upper = pixel(x0, y0) + (pixel(x1, y0) - pixel(x0, y0)) * (left - x0);
      const double lower = pixel(x0, y1) + (pixel(x1, y1) - pixel(x0, y1)) * (left - x0);
      return upper + (lower - upper) * (top - y0);
    };
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        to.planes[plane][static_cast<ptrdiff_t>(y) * to.strides[plane] + x] = static_cast<uint8_t>(
            at((x + 0.5) * from_width / width, (y + 0.5) * from_height / height) + 0.5);
      }
    }
  }
}

class FaultyDecoder final : public VideoDecoder {
 public:
  FaultyDecoder(std::unique_ptr<VideoDecoder> right, Fault fault)
      : right_(std::move(right)), fault_(fault) {}

  Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) override {
    ++calls_;
    if (fault_ == Fault::kDecoderFails && calls_ == 5) return DeviceLost();
    auto decoded = right_->Decode(frame);
    if (!decoded) return decoded;
    if (fault_ == Fault::kLosesAPicture && calls_ == 7) return nullptr;
    if (fault_ != Fault::kSwapsChroma) return decoded;
    I420View picture = (*decoded)->picture();
    std::swap(picture.planes[1], picture.planes[2]);
    return std::make_unique<const VideoFrame>(
        picture, frame.rtp_timestamp, frame.capture_time,
        const_cast<VideoFrame*>(decoded->release()),
        [](void* owner) { delete static_cast<VideoFrame*>(owner); });
  }

 private:
  std::unique_ptr<VideoDecoder> right_;
  const Fault fault_;
  int calls_ = 0;
};

class FaultyCompositor final : public Compositor {
 public:
  FaultyCompositor(std::unique_ptr<Compositor> right, Fault fault, DeviceProbe& probe)
      : right_(std::move(right)), fault_(fault), probe_(probe) {}

  PixelSize size() const override { return right_->size(); }
  bool CanDraw(const PictureView& picture) const override { return right_->CanDraw(picture); }
  void Fill(PixelRect rect, YuvColor color) override {
    BeginPass();
    right_->Fill(rect, color);
  }
  void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override {
    BeginPass();
    if (fault_ == Fault::kDropsTheNinthTile && ++tiles_ == 9) return;
    const PixelRect fit = FitRect(picture.size(), tile);
    if (fault_ == Fault::kScalesInItsOwnWay && !fit.empty()) {
      copy_.Resize(fit.size());
      I420View even = picture.memory();
      even.size = {even.size.width & ~1, even.size.height & ~1};
      ScaleBilinear(even, copy_.view());
      right_->Fill(tile, bars);
      return right_->DrawPicture(fit, copy_.view(), bars);
    }
    right_->DrawPicture(tile, picture, bars);
  }
  void Blend(PixelPoint top_left, const Overlay& overlay) override {
    BeginPass();
    if (fault_ == Fault::kDropsOverlays) return;
    if (fault_ == Fault::kForgetsTransparency) {
      const PixelSize size = overlay.size();
      right_->Fill({top_left.x, top_left.y, size.width, size.height}, YuvColor{});
    }
    right_->Blend(top_left, overlay);
  }
  Status Finish() override {
    if (fault_ == Fault::kCompositorFails && ++passes_ == 3) return DeviceLost();
    in_pass_ = false;
    tiles_ = 0;
    if (fault_ == Fault::kGoesThroughMemory) probe_.downloads.Add();
    return right_->Finish();
  }
  Result<PictureView> Canvas(PixelSize size) override {
    if (fault_ == Fault::kScalesInItsOwnWay && size != right_->size()) {
      const auto full = right_->Canvas(right_->size());
      copy_.Resize(size);
      ScaleBilinear(full->memory(), copy_.view());
      return PictureView(copy_.view());
    }
    auto canvas = right_->Canvas(size);
    const bool late = fault_ == Fault::kSmallCanvasIsStale && size != right_->size();
    if (!canvas || (!late && fault_ != Fault::kOneRowOff)) return canvas;
    if (copy_.view().size == size && late) return PictureView(copy_.view());
    Copy(canvas->memory(), fault_ == Fault::kOneRowOff ? 1 : 0);
    if (late) Blacken();
    return PictureView(copy_.view());
  }

 private:
  void BeginPass() {
    if (std::exchange(in_pass_, true) || fault_ != Fault::kWipesTheCanvas) return;
    right_->Fill({0, 0, size().width, size().height}, YuvColor{});
  }
  // So many rows of luma further up.
  void Copy(const I420View& from, int rows) {
    copy_.Resize(from.size);
    const MutableI420View& to = copy_.view();
    for (size_t plane = 0; plane < 3; ++plane) {
      const int width = plane == 0 ? from.size.width : from.size.width / 2;
      const int height = plane == 0 ? from.size.height : from.size.height / 2;
      for (int y = 0; y < height; ++y) {
        const int source = plane == 0 ? std::min(y + rows, height - 1) : y;
        std::copy_n(from.planes[plane] + static_cast<ptrdiff_t>(source) * from.strides[plane],
                    width, to.planes[plane] + static_cast<ptrdiff_t>(y) * to.strides[plane]);
      }
    }
  }
  void Blacken() {
    const MutableI420View& to = copy_.view();
    std::fill_n(to.planes[0], static_cast<ptrdiff_t>(to.strides[0]) * to.size.height, uint8_t{16});
  }

  std::unique_ptr<Compositor> right_;
  const Fault fault_;
  DeviceProbe& probe_;
  PictureBuffer copy_;
  bool in_pass_ = false;
  int tiles_ = 0;
  int passes_ = 0;
};

class FaultyEncoder final : public VideoEncoder {
 public:
  FaultyEncoder(std::unique_ptr<VideoEncoder> right, Fault fault, PixelSize size)
      : right_(std::move(right)), fault_(fault), old_(size) {}

  Result<EncodedFrame> Encode(const PictureView& picture, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override {
    if (fault_ == Fault::kEncoderFails && ++calls_ == 20) return DeviceLost();
    if (fault_ == Fault::kIgnoresForcedKeyFrames) force = ForceKeyFrame::kNo;
    if (std::exchange(rate_changed_, false)) force = ForceKeyFrame::kYes;
    const bool old = fault_ == Fault::kEncodesAnOldPicture;
    return right_->Encode(old ? PictureView(old_.view()) : picture, rtp_timestamp, capture_time,
                          force);
  }
  Status SetRate(DataRate rate) override {
    if (fault_ == Fault::kIgnoresRate) return {};
    rate_changed_ = fault_ == Fault::kTakesRateWithAKeyFrame;
    return right_->SetRate(rate);
  }

 private:
  std::unique_ptr<VideoEncoder> right_;
  const Fault fault_;
  const PictureBuffer old_;
  bool rate_changed_ = false;
  int calls_ = 0;
};

// The CPU as a GPU with a fault, and with limits that a test may lower.
class FaultyDevice final : public Device {
 public:
  explicit FaultyDevice(Fault fault) : fault_(fault), limits_(right_->limits()) {}

  Limits& limits() { return limits_; }
  const Limits& limits() const override { return limits_; }
  const DeviceInfo& info() const override { return info_; }

  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override {
    auto decoder = right_->CreateDecoder(codec);
    if (!decoder) return decoder;
    return std::make_unique<FaultyDecoder>(std::move(*decoder), fault_);
  }
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) override {
    auto compositor = right_->CreateCompositor(canvas);
    if (!compositor) return compositor;
    return std::make_unique<FaultyCompositor>(std::move(*compositor), fault_, probe_);
  }
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override {
    auto encoder = right_->CreateEncoder(codec, config);
    if (!encoder) return encoder;
    return std::make_unique<FaultyEncoder>(std::move(*encoder), fault_, config.size);
  }
  Status Download(const Surface& surface, const MutableI420View& to) override {
    return right_->Download(surface, to);
  }

 private:
  const Fault fault_;
  const std::unique_ptr<Device> right_ = CreateCpuDevice();
  const DeviceInfo info_{Backend::kVaapi, "/dev/dri/renderD128", "faulty"};
  Limits limits_;
};

}  // namespace continuo
