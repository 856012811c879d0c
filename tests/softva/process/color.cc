// SPDX-License-Identifier: Apache-2.0
#include "softva/process/color.h"

#include <algorithm>

namespace softva {
namespace {

// ITU-R BT.709-6 and BT.601-7: how much red and blue count for luma.
struct Weights {
  double red, blue;
};
constexpr Weights kBt709 = {0.2126, 0.0722};
constexpr Weights kBt601 = {0.299, 0.114};

int Round(double value) { return std::clamp(static_cast<int>(value + 0.5), 0, 255); }

}  // namespace

Yuv RgbToYuv(int r, int g, int b, int alpha, bool bt709) {
  const Weights w = bt709 ? kBt709 : kBt601;
  const double luma = w.red * r + (1 - w.red - w.blue) * g + w.blue * b;
  const double cb = (b - luma) / (2 * (1 - w.blue));
  const double cr = (r - luma) / (2 * (1 - w.red));
  return {Round((16.0 * alpha + 219 * luma) / 255), Round((128.0 * alpha + 224 * cb) / 255),
          Round((128.0 * alpha + 224 * cr) / 255)};
}

uint32_t YuvToArgb(int y, int u, int v, bool bt709) {
  const Weights w = bt709 ? kBt709 : kBt601;
  const double luma = (y - 16) * 255.0 / 219;
  const double cb = (u - 128) * 255.0 / 224, cr = (v - 128) * 255.0 / 224;
  const double r = luma + 2 * (1 - w.red) * cr;
  const double b = luma + 2 * (1 - w.blue) * cb;
  const double g = (luma - w.red * r - w.blue * b) / (1 - w.red - w.blue);
  return 0xff000000U | static_cast<uint32_t>(Round(r)) << 16 |
         static_cast<uint32_t>(Round(g)) << 8 | static_cast<uint32_t>(Round(b));
}

}  // namespace softva
