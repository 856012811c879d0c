// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "hwaccel/compositor.h"
#include "hwaccel/engine.h"

namespace continuo {

// A compositor of an Engine: the device's, or the CPU's.
class EngineCompositor final : public Compositor {
 public:
  static Result<std::unique_ptr<Compositor>> Create(Engine& engine, PixelSize canvas);
  ~EngineCompositor() override;

  PixelSize size() const override { return compositor_->size(); }
  bool CanDraw(const PictureView& picture) const override { return compositor_->CanDraw(picture); }
  void Fill(PixelRect rect, YuvColor color) override;
  void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override;
  void Blend(PixelPoint top_left, const Overlay& overlay) override;
  Status Finish() override;
  Result<PictureView> Canvas(PixelSize size) override;
  bool lost() const override { return backend_ != Backend::kCpu && engine_.given_up(); }

 private:
  explicit EngineCompositor(Engine& engine) : engine_(engine) {}
  Status Open(PixelSize canvas);

  Engine& engine_;
  Backend backend_ = Backend::kCpu;
  std::unique_ptr<Compositor> compositor_;
  TimeDelta drawing_;  // in this pass so far: the CPU draws at once
};

}  // namespace continuo
