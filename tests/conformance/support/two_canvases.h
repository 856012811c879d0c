// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "hwaccel/compositor.h"
#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/device.h"
#include "tests/conformance/support/camera.h"
#include "tests/conformance/support/picture_match.h"
#include "tests/support/test_picture.h"

namespace continuo {

// One canvas on the device and one on the CPU, on which the same is drawn.
class TwoCanvases {
 public:
  TwoCanvases(Device& device, PixelSize size);

  PixelSize size() const { return reference_->size(); }
  void Fill(PixelRect rect, YuvColor color);
  void Draw(PixelRect tile, const Shot& shot, YuvColor bars);
  // A picture that both find in memory.
  void DrawFromMemory(PixelRect tile, const PictureView& picture, YuvColor bars);
  void Blend(PixelPoint top_left, const Overlay& overlay);
  void Finish();

  // Brings both to memory at this size, for Alike() to compare.
  void Look(PixelSize size);
  void Look() { Look(size()); }
  // Whether a part of what was looked at is the same picture on both.
  testing::AssertionResult Alike(PixelRect part) const;

 private:
  Device& device_;
  std::unique_ptr<Compositor> drawn_;
  std::unique_ptr<CpuCompositor> reference_;
  std::optional<TestPicture> seen_;
  I420View expected_;
};

}  // namespace continuo
