// SPDX-License-Identifier: Apache-2.0
#include "softva/process/scaled_layer.h"

#include <libyuv/planar_functions.h>
#include <libyuv/scale.h>
#include <libyuv/scale_argb.h>

#include <cstddef>

#include "softva/process/color.h"

namespace softva {
namespace {

using Bytes = std::vector<uint8_t>;

libyuv::FilterMode FilterOf(const Layer& layer) {
  return layer.scaling == Scaling::kBox ? libyuv::kFilterBox : libyuv::kFilterBilinear;
}

size_t Area(int width, int height) { return static_cast<size_t>(width) * height; }

// U and V one by one: libyuv has no box filter for interleaved planes, and what its bilinear filter
// for those gives is up to two steps too dark.
void ScaleChroma(const Layer& layer, const uint8_t* from, int pitch, ScaledLayer* to) {
  const int width = (layer.from.width + 1) / 2, height = (layer.from.height + 1) / 2;
  const int w = to->width / 2, h = to->height / 2;
  Bytes u(Area(width, height)), v(Area(width, height)), scaled_u(Area(w, h)), scaled_v(Area(w, h));
  libyuv::SplitUVPlane(from, pitch, u.data(), width, v.data(), width, width, height);
  libyuv::ScalePlane(u.data(), width, width, height, scaled_u.data(), w, w, h, FilterOf(layer));
  libyuv::ScalePlane(v.data(), width, width, height, scaled_v.data(), w, w, h, FilterOf(layer));
  libyuv::MergeUVPlane(scaled_u.data(), w, scaled_v.data(), w, to->chroma.data(), to->width, w, h);
}

void ScaleNv12(const Layer& layer, ScaledLayer* to) {
  Surface& source = *layer.source;
  const Rect from = layer.from;
  const int pitch = source.pitch();
  const uint8_t* luma = source.luma() + static_cast<ptrdiff_t>(from.y) * pitch + from.x;
  const uint8_t* chroma =
      source.chroma() + static_cast<ptrdiff_t>(from.y / 2) * pitch + (from.x & ~1);
  libyuv::ScalePlane(luma, pitch, from.width, from.height, to->luma.data(), to->width, to->width,
                     to->height, FilterOf(layer));
  ScaleChroma(layer, chroma, pitch, to);
}

Bytes ScaleBgra(const Layer& layer, int width, int height) {
  Surface& source = *layer.source;
  Bytes scaled(4 * Area(width, height));
  libyuv::ARGBScale(source.memory() + static_cast<ptrdiff_t>(layer.from.y) * source.pitch() +
                        4 * static_cast<ptrdiff_t>(layer.from.x),
                    source.pitch(), layer.from.width, layer.from.height, scaled.data(), 4 * width,
                    width, height, FilterOf(layer));
  return scaled;
}

// The mean of a square of two by two pixels.
struct Square {
  int b = 0, g = 0, r = 0, a = 0;
  void Add(const uint8_t* pixel) {
    b += pixel[0];
    g += pixel[1];
    r += pixel[2];
    a += pixel[3];
  }
};

void ConvertToNv12(const Bytes& bgra, const Layer& layer, ScaledLayer* to) {
  const bool premultiplied = layer.pixel_alpha == PixelAlpha::kPremultiplied;
  for (size_t i = 0; i < to->luma.size(); ++i) {
    const uint8_t* p = &bgra[4 * i];
    to->luma[i] =
        static_cast<uint8_t>(RgbToYuv(p[2], p[1], p[0], premultiplied ? p[3] : 255, layer.bt709).y);
  }
  for (int y = 0; y < to->height / 2; ++y) {
    for (int x = 0; x < to->width / 2; ++x) {
      Square mean;
      for (const int i : {0, 1, to->width, to->width + 1}) {
        mean.Add(&bgra[4 * (2 * Area(to->width, y) + 2 * static_cast<size_t>(x) + i)]);
      }
      const Yuv color = RgbToYuv((mean.r + 2) / 4, (mean.g + 2) / 4, (mean.b + 2) / 4,
                                 premultiplied ? (mean.a + 2) / 4 : 255, layer.bt709);
      const size_t at = Area(to->width, y) + 2 * static_cast<size_t>(x);
      to->chroma[at] = static_cast<uint8_t>(color.u);
      to->chroma[at + 1] = static_cast<uint8_t>(color.v);
      if (to->chroma_alpha.empty()) continue;
      to->chroma_alpha[at / 2] = static_cast<uint8_t>((mean.a + 2) / 4);
    }
  }
}

void ExtractAlpha(const Bytes& bgra, ScaledLayer* to) {
  to->alpha.resize(Area(to->width, to->height));
  libyuv::ARGBExtractAlpha(bgra.data(), 4 * to->width, to->alpha.data(), to->width, to->width,
                           to->height);
}

void ConvertToBgra(const ScaledLayer& nv12, bool bt709, Bytes* bgra) {
  for (int y = 0; y < nv12.height; ++y) {
    for (int x = 0; x < nv12.width; ++x) {
      const size_t uv = Area(nv12.width, y / 2) + (x & ~1);
      const uint32_t argb = YuvToArgb(nv12.luma[Area(nv12.width, y) + x], nv12.chroma[uv],
                                      nv12.chroma[uv + 1], bt709);
      for (int i = 0; i < 4; ++i) {
        (*bgra)[4 * (Area(nv12.width, y) + x) + i] = static_cast<uint8_t>(argb >> 8 * i);
      }
    }
  }
}

}  // namespace

ScaledLayer ScaleForNv12(const Layer& layer) {
  ScaledLayer scaled{.width = layer.to.width, .height = layer.to.height};
  scaled.luma.resize(Area(scaled.width, scaled.height));
  scaled.chroma.resize(Area(scaled.width, scaled.height / 2));
  if (layer.source->fourcc() == VA_FOURCC_NV12) {
    ScaleNv12(layer, &scaled);
    return scaled;
  }
  const Bytes bgra = ScaleBgra(layer, scaled.width, scaled.height);
  if (layer.pixel_alpha != PixelAlpha::kIgnored) {
    ExtractAlpha(bgra, &scaled);
    scaled.chroma_alpha.resize(Area(scaled.width / 2, scaled.height / 2));
  }
  ConvertToNv12(bgra, layer, &scaled);
  return scaled;
}

ScaledLayer ScaleForBgra(const Layer& layer) {
  ScaledLayer scaled{.width = layer.to.width, .height = layer.to.height};
  if (layer.source->fourcc() == VA_FOURCC_BGRA) {
    scaled.pixels = ScaleBgra(layer, scaled.width, scaled.height);
    if (layer.pixel_alpha != PixelAlpha::kIgnored) ExtractAlpha(scaled.pixels, &scaled);
    return scaled;
  }
  // Odd sizes lose their last row and column of chroma to the even size around them.
  ScaledLayer nv12{.width = (scaled.width + 1) & ~1, .height = (scaled.height + 1) & ~1};
  nv12.luma.resize(Area(nv12.width, nv12.height));
  nv12.chroma.resize(Area(nv12.width, nv12.height / 2));
  ScaleNv12(layer, &nv12);
  scaled.width = nv12.width;
  scaled.height = nv12.height;
  scaled.pixels.resize(4 * Area(scaled.width, scaled.height));
  ConvertToBgra(nv12, layer.bt709, &scaled.pixels);
  return scaled;
}

}  // namespace softva
