// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "softva/decode/av1_slots.h"
#include "softva/decode/dav1d.h"
#include "softva/decode/picture_decoder.h"

namespace softva {

// A PictureDecoder that is libdav1d's, before whose tiles it writes the headers again. Which
// reference a frame replaces isn't in VA-API, only, with the next frame, which are left. So a frame
// goes where nothing is lost by it; where all eight slots hold frames that may still be needed, it
// is decoded for its pixels alone, and once more into a slot when the next frame tells which is
// free.
class Av1Decoder : public PictureDecoder {
 public:
  // Null where libdav1d doesn't open.
  static std::unique_ptr<Av1Decoder> Create();

  VAStatus Decode(const CodedPicture& picture, Surface& target, Surface* grain_target) override;

 private:
  // A frame that waits for a slot.
  struct Waiting {
    CodedPicture picture;
    Av1SlotUse slots;
  };

  explicit Av1Decoder(std::unique_ptr<Dav1d> dav1d) : dav1d_(std::move(dav1d)) {}

  // Takes from a frame what it tells about the program's references.
  void Learn(const VADecPictureParameterBufferAV1& parameters);
  void Store(const Waiting& frame, std::span<const VASurfaceID, kAv1Slots> alive);
  bool DecodeInto(const CodedPicture& picture, const Av1SlotUse& slots, Dav1dFrame* frame);

  const std::unique_ptr<Dav1d> dav1d_;
  std::mutex mutex_;  // over all below, and libdav1d
  Av1Slots slots_;
  std::vector<Waiting> waiting_;
};

}  // namespace softva
