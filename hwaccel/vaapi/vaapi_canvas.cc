// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_canvas.h"

#include <algorithm>
#include <utility>

#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {

Result<std::unique_ptr<VaapiCanvas>> VaapiCanvas::Create(const Device& device,
                                                         const VaapiDisplay& display,
                                                         PixelSize size) {
  auto front = VaapiPicture::Create(device, display, size, VaapiPicture::Sides::kWholeMacroblocks);
  if (!front) return tl::unexpected(std::move(front.error()));
  auto back = VaapiPicture::Create(device, display, size, VaapiPicture::Sides::kWholeMacroblocks);
  if (!back) return tl::unexpected(std::move(back.error()));
  // What encoders read beyond the picture, up to a whole macroblock, is black and stays so.
  VaapiTransfer transfer(display);
  for (const VaapiPicture* const picture : {front->get(), back->get()}) {
    auto filled = transfer.Fill(*picture, YuvColor{});
    if (!filled) return tl::unexpected(std::move(filled.error()));
  }
  return std::unique_ptr<VaapiCanvas>(
      new VaapiCanvas(device, display, *std::move(front), *std::move(back)));
}

Result<VaapiCanvas::Scaled*> VaapiCanvas::Find(PixelSize size, VaapiTransfer& transfer) {
  const auto found = std::find_if(scaled_.begin(), scaled_.end(),
                                  [size](const Scaled& s) { return s.picture->size() == size; });
  if (found != scaled_.end()) return &*found;
  auto picture =
      VaapiPicture::Create(device_, display_, size, VaapiPicture::Sides::kWholeMacroblocks);
  if (!picture) return tl::unexpected(std::move(picture.error()));
  auto filled = transfer.Fill(**picture, YuvColor{});
  if (!filled) return tl::unexpected(std::move(filled.error()));
  return &scaled_.emplace_back(Scaled{0, *std::move(picture)});
}

Result<PictureView> VaapiCanvas::At(PixelSize size, VaapiProcessor& processor,
                                    VaapiScratch& scratch, VaapiTransfer& transfer) {
  if (size == front_->size()) return front_->view();
  const auto fits = [](int side, int limit) { return side > 0 && side <= limit && side % 2 == 0; };
  if (!fits(size.width, front_->size().width) || !fits(size.height, front_->size().height)) {
    return Fail(ErrorCode::kInvalidArgument, "no such size of the canvas");
  }
  const auto scaled = Find(size, transfer);
  if (!scaled) return tl::unexpected(scaled.error());
  const VaapiPicture& picture = *(*scaled)->picture;
  if ((*scaled)->version == version_) return picture.view();
  const auto layer = Halve(processor, scratch, {front_->id(), front_->rect(), picture.rect()});
  if (!layer) return tl::unexpected(layer.error());
  if (auto drawn = processor.Draw(picture.id(), {&*layer, 1}); !drawn) {
    return tl::unexpected(std::move(drawn.error()));
  }
  // An encoder of another runtime may read it next, on a queue of its own.
  const VAStatus synced = vaSyncSurface(display_.handle(), picture.id());
  if (synced != VA_STATUS_SUCCESS) return FailVa(synced, "vaSyncSurface of a canvas");
  (*scaled)->version = version_;
  return picture.view();
}

}  // namespace continuo
