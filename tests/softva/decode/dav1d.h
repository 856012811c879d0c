// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dav1d/dav1d.h>

#include <cstdint>
#include <memory>
#include <span>

#include "softva/core/surface.h"

namespace softva {

// A picture of libdav1d's; none until one is decoded into it.
class Dav1dFrame {
 public:
  Dav1dFrame() = default;
  Dav1dFrame(const Dav1dFrame&) = delete;
  Dav1dFrame& operator=(const Dav1dFrame&) = delete;
  ~Dav1dFrame() { dav1d_picture_unref(&picture_); }

  Dav1dPicture* get() { return &picture_; }
  // False where it is none, isn't of 8 bits and 4:2:0 or monochrome, or doesn't fit.
  bool CopyTo(Surface& surface) const;

 private:
  Dav1dPicture picture_{};
};

// libdav1d in one thread, set up so that each temporal unit gives its one picture at once, shown or
// not, and without film grain.
class Dav1d {
 public:
  // Null where libdav1d doesn't open.
  static std::unique_ptr<Dav1d> Open();
  ~Dav1d();
  Dav1d(const Dav1d&) = delete;
  Dav1d& operator=(const Dav1d&) = delete;

  // False where the unit gives no picture.
  bool Decode(std::span<const uint8_t> unit, Dav1dFrame* frame);
  // The film grain of the frame's own header.
  bool ApplyGrain(Dav1dFrame& frame, Dav1dFrame* grained);

 private:
  Dav1d() = default;

  Dav1dContext* context_ = nullptr;
};

}  // namespace softva
