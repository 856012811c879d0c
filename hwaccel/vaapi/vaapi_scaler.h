// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/vaapi/vaapi_processor.h"
#include "hwaccel/vaapi/vaapi_surface.h"

namespace continuo {

// Pictures that are needed for the length of a pass over the canvas: uploads, and what Halve()
// makes. Kept by size for the next pass, as many as the last one took and kMaxIdle at least, no
// more: senders choose sizes.
class VaapiScratch {
 public:
  VaapiScratch(const Device& device, const VaapiDisplay& display)
      : device_(device), display_(display) {}

  // Nobody else's until Recycle().
  Result<const VaapiPicture*> Take(PixelSize size);
  void Recycle();

 private:
  static constexpr size_t kMaxIdle = 32;
  struct Entry {
    std::unique_ptr<VaapiPicture> picture;
    bool taken = false;
  };
  const Device& device_;
  const VaapiDisplay& display_;
  std::vector<Entry> entries_;  // the longest unused first
};

// Makes a picture that is much larger than where it goes small enough to be scaled bilinearly
// without aliasing, as cpu/scaler.h does: halves it, which a bilinear filter does exactly, until it
// is less than twice the size. Returns the layer's surface and part; the rest is as it was.
Result<VaapiLayer> Halve(VaapiProcessor& processor, VaapiScratch& scratch, VaapiLayer layer);

}  // namespace continuo
