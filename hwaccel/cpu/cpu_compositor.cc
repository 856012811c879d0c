// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/cpu/cpu_compositor.h"

#include <libyuv/planar_functions.h>

#include <algorithm>

#include "base/check.h"
#include "hwaccel/blend_plane.h"

namespace continuo {
namespace {

constexpr int kMaxSide = 4096;
// Beyond what any decoder here is allowed to give, and within what libyuv can count.
constexpr int kMaxSourceSide = 16384;

// Without the last column or row of an odd side.
I420View EvenPart(I420View picture) {
  if (picture.size.width > 1) picture.size.width &= ~1;
  if (picture.size.height > 1) picture.size.height &= ~1;
  return picture;
}

bool IsEven(PixelRect r) { return ((r.x | r.y | r.width | r.height) & 1) == 0; }

bool HasPixels(const I420View& picture) {
  return picture.size.width > 0 && picture.size.width <= kMaxSourceSide &&
         picture.size.height > 0 && picture.size.height <= kMaxSourceSide &&
         std::all_of(picture.planes.begin(), picture.planes.end(),
                     [](const uint8_t* plane) { return plane != nullptr; });
}

}  // namespace

Result<std::unique_ptr<CpuCompositor>> CpuCompositor::Create(PixelSize canvas) {
  const auto fits = [](int side) { return side >= 2 && side <= kMaxSide && side % 2 == 0; };
  if (!fits(canvas.width) || !fits(canvas.height)) {
    return Fail(ErrorCode::kInvalidArgument, "a canvas has even sides from 2 to 4096");
  }
  return std::unique_ptr<CpuCompositor>(new CpuCompositor(canvas));
}

CpuCompositor::CpuCompositor(PixelSize canvas)
    : canvas_(canvas), canvas_view_(canvas_.view()), scaled_(canvas_view_) {
  Fill({0, 0, canvas.width, canvas.height}, YuvColor{});
}

bool CpuCompositor::Contains(PixelRect rect) const {
  return rect.x >= 0 && rect.y >= 0 && rect.width >= 0 && rect.height >= 0 &&
         rect.x + rect.width <= canvas_view_.size.width &&
         rect.y + rect.height <= canvas_view_.size.height && IsEven(rect);
}

MutableI420View CpuCompositor::Part(PixelRect rect) {
  scaled_.Changed();
  MutableI420View part = canvas_.view();
  part.size = rect.size();
  part.planes[0] += static_cast<ptrdiff_t>(rect.y) * part.strides[0] + rect.x;
  for (size_t plane : {1, 2}) {
    part.planes[plane] += static_cast<ptrdiff_t>(rect.y / 2) * part.strides[plane] + rect.x / 2;
  }
  return part;
}

void CpuCompositor::Fill(PixelRect rect, YuvColor color) {
  CONTINUO_CHECK(Contains(rect));
  if (rect.empty()) return;
  const MutableI420View part = Part(rect);
  libyuv::SetPlane(part.planes[0], part.strides[0], rect.width, rect.height, color.y);
  libyuv::SetPlane(part.planes[1], part.strides[1], rect.width / 2, rect.height / 2, color.u);
  libyuv::SetPlane(part.planes[2], part.strides[2], rect.width / 2, rect.height / 2, color.v);
}

void CpuCompositor::DrawPicture(PixelRect tile, const PictureView& view, YuvColor bars) {
  CONTINUO_CHECK(Contains(tile) && CanDraw(view));
  if (tile.empty()) return;
  const I420View& picture = view.memory();
  if (!HasPixels(picture)) return Fill(tile, bars);
  const PixelRect fit = FitRect(picture.size, tile);
  const int right = fit.x + fit.width;
  const int bottom = fit.y + fit.height;
  Fill({tile.x, tile.y, tile.width, fit.y - tile.y}, bars);
  Fill({tile.x, fit.y, fit.x - tile.x, fit.height}, bars);
  Fill({right, fit.y, tile.x + tile.width - right, fit.height}, bars);
  Fill({tile.x, bottom, tile.width, tile.y + tile.height - bottom}, bars);
  scaler_.Scale(EvenPart(picture), Part(fit));
}

void CpuCompositor::Blend(PixelPoint top_left, const Overlay& overlay) {
  const PixelSize size = overlay.size();
  const PixelRect rect{top_left.x, top_left.y, size.width, size.height};
  CONTINUO_CHECK(Contains(rect));
  if (overlay.empty()) return;
  const MutableI420View part = Part(rect);
  const PixelSize chroma{size.width / 2, size.height / 2};
  BlendPlane(overlay.luma(), overlay.alpha(), size, {part.planes[0], part.strides[0]});
  BlendPlane(overlay.u(), overlay.chroma_alpha(), chroma, {part.planes[1], part.strides[1]});
  BlendPlane(overlay.v(), overlay.chroma_alpha(), chroma, {part.planes[2], part.strides[2]});
}

}  // namespace continuo
