// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <array>
#include <optional>
#include <span>

#include "softva/decode/av1_frame_header.h"
#include "softva/decode/av1_global_motion.h"

namespace softva {

// Which decoded frame is in which of the eight slots of a stateful AV1 decoder. An application of
// VA-API keeps slots of its own and tells only their contents, as surfaces; so frames are put where
// there is room here, and an application's numbers never matter.
class Av1Slots {
 public:
  // What later headers need to know of a frame.
  struct Frame {
    VASurfaceID surface = VA_INVALID_SURFACE;
    uint8_t order_hint = 0;
    Av1GlobalMotion motion = Av1IdentityMotion();
  };

  // How the header of a frame refers to the slots, refresh_frame_flags left at zero. Nothing when
  // it refers to a surface that is in none.
  std::optional<Av1SlotUse> Resolve(const VADecPictureParameterBufferAV1& picture) const;

  // A slot whose content is lost to nobody if it is replaced: empty, a second copy, or a frame that
  // is not among `alive`.
  std::optional<int> FindRoom() const;
  std::optional<int> FindRoom(std::span<const VASurfaceID, kAv1Slots> alive) const;

  void Put(uint8_t refresh_frame_flags, const Frame& frame);
  void Clear(uint8_t refresh_frame_flags) { Put(refresh_frame_flags, Frame{}); }
  // Forgets frames that are not among `alive`: the application can no longer refer to them.
  void KeepOnly(std::span<const VASurfaceID, kAv1Slots> alive);
  // The surface is about to be overwritten.
  void Forget(VASurfaceID surface);

 private:
  std::optional<int> Find(VASurfaceID surface) const;
  bool IsSecondCopy(int slot) const;

  std::array<Frame, kAv1Slots> frames_;
};

}  // namespace softva
