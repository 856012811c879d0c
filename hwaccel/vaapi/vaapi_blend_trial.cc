// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_blend_trial.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {
namespace {

constexpr PixelSize kCanvas{128, 64};
constexpr PixelSize kSample{96, 32};
constexpr PixelPoint kAt{16, 16};
constexpr YuvColor kBehind{150, 90, 160};
// Of the mean squared difference: 40 dB.
constexpr double kTolerance = 6.5;

// Blocks of four colours in four degrees of transparency.
Overlay MakeSample() {
  constexpr int kBlock = 8;
  constexpr uint32_t kAlphas[] = {0, 85, 170, 255};
  constexpr uint32_t kColors[][3] = {{255, 255, 255}, {0, 0, 0}, {30, 90, 230}, {240, 60, 20}};
  std::vector<uint8_t> pixels;
  for (int y = 0; y < kSample.height; ++y) {
    for (int x = 0; x < kSample.width; ++x) {
      const uint32_t alpha = kAlphas[x / kBlock % 4];
      for (const uint32_t value : kColors[y / kBlock % 4]) {
        pixels.push_back(static_cast<uint8_t>(value * alpha / 255));
      }
      pixels.push_back(static_cast<uint8_t>(alpha));
    }
  }
  return Overlay::FromPremultipliedArgb(kSample, pixels.data(), 4 * kSample.width);
}

Status Draw(Compositor& compositor, const Overlay& sample) {
  compositor.Fill({0, 0, kCanvas.width, kCanvas.height}, kBehind);
  compositor.Blend(kAt, sample);
  return compositor.Finish();
}

bool Equal(const I420View& a, const I420View& b) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    const PixelSize size{kCanvas.width >> shift, kCanvas.height >> shift};
    double squares = 0;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const int difference =
            a.planes[plane][y * a.strides[plane] + x] - b.planes[plane][y * b.strides[plane] + x];
        squares += difference * difference;
      }
    }
    if (squares > kTolerance * size.area()) return false;
  }
  return true;
}

}  // namespace

Result<BlendSupport> TryBlending(const VaapiCompositor::Parts& parts) {
  const auto processor = VaapiProcessor::Create(parts.display, kCanvas);
  if (!processor) return tl::unexpected(processor.error());
  if (!(*processor)->blends()) return BlendSupport::kNone;
  Limits claimed = parts.limits;
  claimed.blend = BlendSupport::kPerPixel;
  const auto compositor =
      VaapiCompositor::Create({parts.device, parts.display, parts.probe, claimed}, kCanvas);
  if (!compositor) return tl::unexpected(compositor.error());
  const Overlay sample = MakeSample();
  // No BGRA, or no blending of it after all.
  if (!Draw(**compositor, sample)) return BlendSupport::kNone;
  const auto canvas = (*compositor)->Canvas(kCanvas);
  if (!canvas) return tl::unexpected(canvas.error());
  PictureBuffer drawn(kCanvas);
  VaapiTransfer transfer(parts.display);
  const VASurfaceID surface = VaapiSurface::Of(*canvas->surface()).id();
  if (auto got = transfer.Download(surface, drawn.view()); !got) {
    return tl::unexpected(std::move(got.error()));
  }
  const auto reference = CpuCompositor::Create(kCanvas);
  if (!reference) return tl::unexpected(reference.error());
  if (auto done = Draw(**reference, sample); !done) return tl::unexpected(std::move(done.error()));
  const bool equal = Equal(drawn.view(), (*reference)->canvas());
  return equal ? BlendSupport::kPerPixel : BlendSupport::kNone;
}

}  // namespace continuo
