// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/vaapi/vaapi_processor.h"
#include "hwaccel/vaapi/vaapi_scaler.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "hwaccel/vaapi/vaapi_transfer.h"

namespace continuo {

// A canvas, and it again at the sizes that encoders want: scaled on the GPU once per size and
// change. Two surfaces take turns: a pass draws the old canvas and what is new on it onto the other
// one, which is the only way to keep what was there that drivers agree on, and leaves the old one
// to an encoder that still reads it. One thread at a time.
class VaapiCanvas {
 public:
  static Result<std::unique_ptr<VaapiCanvas>> Create(const Device& device,
                                                     const VaapiDisplay& display, PixelSize size);

  PixelSize size() const { return front_->size(); }
  PixelRect rect() const { return front_->rect(); }
  // What is drawn so far, and where to draw next.
  const VaapiPicture& front() const { return *front_; }
  const VaapiPicture& back() const { return *back_; }
  void Swap() { front_.swap(back_); }
  // The sizes that were scaled show the past.
  void Changed() { ++version_; }

  // kInvalidArgument for sides that are odd, empty or larger than the canvas's.
  Result<PictureView> At(PixelSize size, VaapiProcessor& processor, VaapiScratch& scratch,
                         VaapiTransfer& transfer);

 private:
  struct Scaled {
    uint64_t version = 0;  // of the canvas that it shows
    std::unique_ptr<VaapiPicture> picture;
  };
  VaapiCanvas(const Device& device, const VaapiDisplay& display,
              std::unique_ptr<VaapiPicture> front, std::unique_ptr<VaapiPicture> back)
      : device_(device), display_(display), front_(std::move(front)), back_(std::move(back)) {}
  Result<Scaled*> Find(PixelSize size, VaapiTransfer& transfer);

  const Device& device_;
  const VaapiDisplay& display_;
  std::unique_ptr<VaapiPicture> front_;
  std::unique_ptr<VaapiPicture> back_;
  uint64_t version_ = 1;
  std::vector<Scaled> scaled_;
};

}  // namespace continuo
