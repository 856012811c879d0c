// SPDX-License-Identifier: Apache-2.0
#include "softva/process/draw.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "softva/process/scaled_layer.h"

namespace softva {
namespace {

// One row of samples to lay onto another. Alphas are one for each `per_alpha` samples, or null.
struct Row {
  uint8_t* to = nullptr;
  const uint8_t* from = nullptr;
  const uint8_t* alpha = nullptr;
  int count = 0;
  int per_alpha = 1;
};

// Straight: from·a + to·(1 - a). Premultiplied: from·g + to·(1 - a), where g is the layer's own
// alpha and a is the pixel's times that.
void BlendRow(const Row& row, int layer_alpha, bool premultiplied) {
  if (row.alpha == nullptr && layer_alpha == 256) {
    std::memcpy(row.to, row.from, static_cast<size_t>(row.count));
    return;
  }
  for (int i = 0; i < row.count; ++i) {
    const int pixel_alpha = row.alpha == nullptr ? 255 : row.alpha[i / row.per_alpha];
    const int over = pixel_alpha * layer_alpha;  // of 255 * 256
    const int mine = premultiplied ? 255 * layer_alpha : over;
    const int mixed =
        (row.from[i] * mine + row.to[i] * (255 * 256 - over) + 255 * 128) / (255 * 256);
    row.to[i] = static_cast<uint8_t>(mixed > 255 ? 255 : mixed);
  }
}

// A plane of the target and the layer's for it. One byte of a row is one pixel wide, or `bytes`
// are; one row is `halving` pixels high.
struct Plane {
  uint8_t* to = nullptr;
  int pitch = 0;
  const std::vector<uint8_t>& from;
  int from_pitch = 0;
  const std::vector<uint8_t>& alpha;
  int per_alpha = 1;
  int bytes = 1;
  int halving = 1;
};

void DrawPlane(const Layer& layer, const Plane& plane) {
  const Rect r = layer.visible;
  const int width = plane.halving == 2 ? (r.width + 1) & ~1 : r.width;
  for (int y = 0; y < (r.height + plane.halving - 1) / plane.halving; ++y) {
    const ptrdiff_t from_y = (r.y - layer.to.y) / plane.halving + y;
    const ptrdiff_t from_at = from_y * plane.from_pitch + (r.x - layer.to.x) * plane.bytes;
    const ptrdiff_t to_y = r.y / plane.halving + y;
    BlendRow({.to = plane.to + to_y * plane.pitch + r.x * plane.bytes,
              .from = plane.from.data() + from_at,
              .alpha = plane.alpha.empty() ? nullptr : &plane.alpha[from_at / plane.per_alpha],
              .count = width * plane.bytes,
              .per_alpha = plane.per_alpha},
             layer.alpha, layer.pixel_alpha == PixelAlpha::kPremultiplied);
  }
}

}  // namespace

void DrawLayer(const Layer& layer, Surface& target) {
  if (layer.visible.width == 0 || layer.visible.height == 0) return;
  const int pitch = target.pitch();
  if (target.fourcc() == VA_FOURCC_BGRA) {
    const ScaledLayer scaled = ScaleForBgra(layer);
    DrawPlane(layer, {.to = target.memory(),
                      .pitch = pitch,
                      .from = scaled.pixels,
                      .from_pitch = 4 * scaled.width,
                      .alpha = scaled.alpha,
                      .per_alpha = 4,
                      .bytes = 4});
    return;
  }
  const ScaledLayer scaled = ScaleForNv12(layer);
  DrawPlane(layer, {.to = target.luma(),
                    .pitch = pitch,
                    .from = scaled.luma,
                    .from_pitch = scaled.width,
                    .alpha = scaled.alpha});
  DrawPlane(layer, {.to = target.chroma(),
                    .pitch = pitch,
                    .from = scaled.chroma,
                    .from_pitch = scaled.width,
                    .alpha = scaled.chroma_alpha,
                    .per_alpha = 2,
                    .halving = 2});
}

}  // namespace softva
