// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/cpu/scaler.h"
#include "hwaccel/device_probe.h"
#include "hwaccel/limits.h"
#include "hwaccel/picture_buffer.h"
#include "hwaccel/vaapi/vaapi_canvas.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_processor.h"
#include "hwaccel/vaapi/vaapi_scaler.h"
#include "hwaccel/vaapi/vaapi_sprites.h"
#include "hwaccel/vaapi/vaapi_transfer.h"

namespace continuo {

// Composes on a VADisplay, for any backend whose Surfaces are VaapiSurfaces: it draws what
// `device` made, and its canvas is that device's. Drawing collects layers, which Finish() submits,
// at most VaapiProcessor::kMaxLayers at once, and waits for: so nothing that a pass borrowed is
// read after it. Where the driver does not blend, overlays are laid over the canvas on the CPU,
// rectangle by rectangle, in their turn. Pictures in memory are uploaded, and counted; so are the
// few on the device that would become slivers, which the CPU scales. An error on the way is
// Finish()'s: kDeviceFailed when the device does nothing else either, kUnsupported when it merely
// did not draw this. docs/adr/0008 says why so.
class VaapiCompositor final : public Compositor {
 public:
  struct Parts {
    const Device& device;
    const VaapiDisplay& display;
    DeviceProbe& probe;
    const Limits& limits;
  };
  // kInvalidArgument unless both sides are even and between 2 and 4096, kUnsupported beyond the
  // device's limits.
  static Result<std::unique_ptr<VaapiCompositor>> Create(const Parts& parts, PixelSize canvas);

  PixelSize size() const override { return canvas_->size(); }
  bool CanDraw(const PictureView& picture) const override {
    return picture.surface() == nullptr || &picture.surface()->device() == &parts_.device;
  }
  void Fill(PixelRect rect, YuvColor color) override;
  void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override;
  void Blend(PixelPoint top_left, const Overlay& overlay) override;
  Status Finish() override;
  Result<PictureView> Canvas(PixelSize size) override;

 private:
  // One thing to draw, in its order: a layer, or an overlay that the CPU blends.
  struct Step {
    VaapiLayer layer;
    const Overlay* overlay = nullptr;
  };

  VaapiCompositor(const Parts& parts, std::unique_ptr<VaapiProcessor> processor,
                  std::unique_ptr<VaapiCanvas> canvas);
  bool Contains(PixelRect rect) const;
  Status AddFill(PixelRect rect, YuvColor color);
  Status AddPicture(PixelRect to, const PictureView& picture);
  // Drivers have minima: a picture `to` that is flatter is drawn with bars `around` it.
  Status AddSliver(PixelRect around, PixelRect to, const PictureView& picture, YuvColor bars);
  Result<I420View> InMemory(const PictureView& picture);
  Error Explain(Error error) const;
  Status AddOverlay(PixelRect to, const Overlay& overlay);
  Result<VaapiLayer> Uploaded(const I420View& picture, PixelRect to);
  void Keep(Status status);
  Status DrawSteps();
  // Draws layers_, then blends_, each of them on the CPU and back as a layer.
  Status Flush();
  Status DrawLayers();

  const Parts parts_;
  const std::unique_ptr<VaapiProcessor> processor_;
  const std::unique_ptr<VaapiCanvas> canvas_;
  VaapiScratch scratch_;
  VaapiSprites sprites_;
  VaapiTransfer transfer_;
  Scaler cpu_scaler_;
  PictureBuffer cpu_scaled_;
  PictureBuffer downloaded_;
  std::vector<Step> steps_;  // of this pass
  std::vector<VaapiLayer> layers_;
  std::vector<Step> blends_;
  Status status_;  // the first error of this pass
};

}  // namespace continuo
