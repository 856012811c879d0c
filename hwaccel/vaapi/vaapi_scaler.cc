// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_scaler.h"

#include <algorithm>
#include <utility>

namespace continuo {

Result<const VaapiPicture*> VaapiScratch::Take(PixelSize size) {
  const auto fits = [size](const Entry& e) { return !e.taken && e.picture->size() == size; };
  auto found = std::find_if(entries_.begin(), entries_.end(), fits);
  if (found == entries_.end()) {
    auto made = VaapiPicture::Create(device_, display_, size, VaapiPicture::Sides::kAsShown);
    if (!made) return tl::unexpected(std::move(made.error()));
    found = entries_.insert(entries_.end(), {*std::move(made)});
  }
  std::rotate(found, found + 1, entries_.end());
  entries_.back().taken = true;
  return entries_.back().picture.get();
}

void VaapiScratch::Recycle() {
  // Those of this pass are at the end, and the next one wants the like.
  const auto taken = static_cast<size_t>(std::ranges::count(entries_, true, &Entry::taken));
  for (Entry& entry : entries_) entry.taken = false;
  const size_t kept = std::max(kMaxIdle, taken);
  if (entries_.size() > kept) {
    entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(kept));
  }
}

Result<VaapiLayer> Halve(VaapiProcessor& processor, VaapiScratch& scratch, VaapiLayer layer) {
  const PixelSize to = layer.to.size();
  while (layer.from.width >= 2 * to.width && layer.from.height >= 2 * to.height) {
    // The last filter halves by itself.
    if (layer.from.width == 2 * to.width && layer.from.height == 2 * to.height) break;
    if (layer.from.width < 4 || layer.from.height < 4) break;
    // So that chroma is halved exactly too: leaves out up to three columns and rows.
    layer.from.width &= ~3;
    layer.from.height &= ~3;
    const auto half = scratch.Take({layer.from.width / 2, layer.from.height / 2});
    if (!half) return tl::unexpected(half.error());
    const VaapiLayer step{layer.surface, layer.from, (*half)->rect()};
    if (auto drawn = processor.Draw((*half)->id(), {&step, 1}); !drawn) {
      return tl::unexpected(std::move(drawn.error()));
    }
    layer.surface = (*half)->id();
    layer.from = (*half)->rect();
  }
  return layer;
}

}  // namespace continuo
