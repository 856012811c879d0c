// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/cpu/scaler.h"

#include <libyuv/scale.h>

namespace continuo {
namespace {

void ScaleAtOnce(const I420View& source, const MutableI420View& target, libyuv::FilterMode filter) {
  libyuv::I420Scale(source.planes[0], source.strides[0], source.planes[1], source.strides[1],
                    source.planes[2], source.strides[2], source.size.width, source.size.height,
                    target.planes[0], target.strides[0], target.planes[1], target.strides[1],
                    target.planes[2], target.strides[2], target.size.width, target.size.height,
                    filter);
}

bool IsTimes(PixelSize source, PixelSize target, int factor) {
  return source.width == target.width * factor && source.height == target.height * factor;
}

}  // namespace

void Scaler::Scale(const I420View& source, const MutableI420View& target) {
  const PixelSize to = target.size;
  I420View from = source;
  for (int i = 0; from.size.width >= 2 * to.width && from.size.height >= 2 * to.height; i ^= 1) {
    // Done in one step by a kernel of its own; libyuv takes it for the box filter only.
    if (IsTimes(from.size, to, 2) || IsTimes(from.size, to, 4)) {
      return ScaleAtOnce(from, target, libyuv::kFilterBox);
    }
    // The fast kernel halves exactly, chroma too: up to three columns and rows of the source are
    // left out, which is less than anybody sees.
    if (from.size.width < 4 || from.size.height < 4) break;
    from.size = {from.size.width & ~3, from.size.height & ~3};
    scratch_[i].Resize({from.size.width / 2, from.size.height / 2});
    ScaleAtOnce(from, scratch_[i].view(), libyuv::kFilterBox);
    from = scratch_[i].view();
  }
  // Where only one side is more than halved, the shape changes much: rare, so the slow filter.
  const bool shrinks_much = from.size.width > 2 * to.width || from.size.height > 2 * to.height;
  ScaleAtOnce(from, target, shrinks_much ? libyuv::kFilterBox : libyuv::kFilterBilinear);
}

}  // namespace continuo
