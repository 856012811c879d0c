// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/two_canvases.h"

#include "base/check.h"

namespace continuo {

TwoCanvases::TwoCanvases(Device& device, PixelSize size)
    : device_(device),
      drawn_(device.CreateCompositor(size).value()),
      reference_(CpuCompositor::Create(size).value()) {}

void TwoCanvases::Fill(PixelRect rect, YuvColor color) {
  drawn_->Fill(rect, color);
  reference_->Fill(rect, color);
}

void TwoCanvases::Draw(PixelRect tile, const Shot& shot, YuvColor bars) {
  EXPECT_TRUE(drawn_->CanDraw(shot.on_device->view()));
  drawn_->DrawPicture(tile, shot.on_device->view(), bars);
  reference_->DrawPicture(tile, shot.in_memory->view(), bars);
}

void TwoCanvases::DrawFromMemory(PixelRect tile, const PictureView& picture, YuvColor bars) {
  EXPECT_TRUE(drawn_->CanDraw(picture));
  drawn_->DrawPicture(tile, picture, bars);
  reference_->DrawPicture(tile, picture, bars);
}

void TwoCanvases::Blend(PixelPoint top_left, const Overlay& overlay) {
  drawn_->Blend(top_left, overlay);
  reference_->Blend(top_left, overlay);
}

void TwoCanvases::Finish() {
  const auto finished = drawn_->Finish();
  EXPECT_TRUE(finished) << ToString(finished.error());
  EXPECT_TRUE(reference_->Finish());
}

void TwoCanvases::Look(PixelSize size) {
  const auto canvas = drawn_->Canvas(size);
  ASSERT_TRUE(canvas) << ToString(canvas.error());
  ASSERT_EQ(canvas->size(), size);
  EXPECT_TRUE(IsOn(device_, *canvas));
  seen_ = InMemory(device_, *canvas);
  expected_ = reference_->Canvas(size).value().memory();
}

testing::AssertionResult TwoCanvases::Alike(PixelRect part) const {
  CONTINUO_CHECK(seen_);
  const TestPicture& seen = *seen_;
  return LookAlike(expected_, seen.view(), part);
}

}  // namespace continuo
