// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_sprites.h"

#include <algorithm>
#include <utility>

namespace continuo {

const VaapiPicture* VaapiSprites::Find(Entries& entries, uint64_t key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  if (found == entries.end()) return nullptr;
  found->pass = pass_;
  return found->picture.get();
}

const VaapiPicture* VaapiSprites::Keep(Entries& entries, size_t limit, uint64_t key,
                                       std::unique_ptr<VaapiPicture> picture) const {
  if (entries.size() >= limit) {
    const auto oldest =
        std::min_element(entries.begin(), entries.end(),
                         [](const auto& a, const auto& b) { return a.pass < b.pass; });
    // What this pass drew is still to be read.
    if (oldest->pass < pass_) entries.erase(oldest);
  }
  entries.push_back({key, pass_, std::move(picture)});
  return entries.back().picture.get();
}

Result<const VaapiPicture*> VaapiSprites::Of(const Overlay& overlay) {
  if (const VaapiPicture* const found = Find(overlays_, overlay.id())) return found;
  auto picture = VaapiPicture::Create(device_, display_, overlay.size(),
                                      VaapiPicture::Sides::kAsShown, VA_FOURCC_BGRA);
  if (!picture) return tl::unexpected(std::move(picture.error()));
  if (auto done = UploadOverlay(display_, overlay, **picture); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  return Keep(overlays_, kMaxOverlays, overlay.id(), *std::move(picture));
}

Result<const VaapiPicture*> VaapiSprites::Of(YuvColor color, VaapiTransfer& transfer) {
  const uint64_t key = uint64_t{color.y} << 16 | uint64_t{color.u} << 8 | color.v;
  if (const VaapiPicture* const found = Find(colors_, key)) return found;
  auto picture = VaapiPicture::Create(device_, display_, kColorSize, VaapiPicture::Sides::kAsShown);
  if (!picture) return tl::unexpected(std::move(picture.error()));
  if (auto done = transfer.Fill(**picture, color); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  return Keep(colors_, kMaxColors, key, *std::move(picture));
}

}  // namespace continuo
