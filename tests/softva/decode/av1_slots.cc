// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_slots.h"

#include <algorithm>

namespace softva {
namespace {

bool Contains(std::span<const VASurfaceID, kAv1Slots> surfaces, VASurfaceID surface) {
  return std::find(surfaces.begin(), surfaces.end(), surface) != surfaces.end();
}

}  // namespace

std::optional<Av1SlotUse> Av1Slots::Resolve(const VADecPictureParameterBufferAV1& picture) const {
  Av1SlotUse use;
  for (int slot = 0; slot < kAv1Slots; ++slot) use.order_hints[slot] = frames_[slot].order_hint;
  if (IsIntra(FrameTypeOf(picture))) return use;
  for (int i = 0; i < kAv1ReferencesPerFrame; ++i) {
    if (picture.ref_frame_idx[i] >= kAv1Slots) return std::nullopt;
    const auto slot = Find(picture.ref_frame_map[picture.ref_frame_idx[i]]);
    if (!slot) return std::nullopt;
    use.reference_slots[i] = static_cast<uint8_t>(*slot);
  }
  if (HasPrimaryReference(picture)) {
    use.base_motion = frames_[use.reference_slots[picture.primary_ref_frame]].motion;
  }
  return use;
}

std::optional<int> Av1Slots::Find(VASurfaceID surface) const {
  if (surface == VA_INVALID_SURFACE) return std::nullopt;
  for (int slot = 0; slot < kAv1Slots; ++slot) {
    if (frames_[slot].surface == surface) return slot;
  }
  return std::nullopt;
}

bool Av1Slots::IsSecondCopy(int slot) const { return Find(frames_[slot].surface) != slot; }

std::optional<int> Av1Slots::FindRoom() const {
  for (int slot = 0; slot < kAv1Slots; ++slot) {
    if (frames_[slot].surface == VA_INVALID_SURFACE || IsSecondCopy(slot)) return slot;
  }
  return std::nullopt;
}

std::optional<int> Av1Slots::FindRoom(std::span<const VASurfaceID, kAv1Slots> alive) const {
  if (const auto room = FindRoom()) return room;
  for (int slot = 0; slot < kAv1Slots; ++slot) {
    if (!Contains(alive, frames_[slot].surface)) return slot;
  }
  return std::nullopt;
}

void Av1Slots::Put(uint8_t refresh_frame_flags, const Frame& frame) {
  for (int slot = 0; slot < kAv1Slots; ++slot) {
    if ((refresh_frame_flags >> slot & 1) != 0) frames_[slot] = frame;
  }
}

void Av1Slots::KeepOnly(std::span<const VASurfaceID, kAv1Slots> alive) {
  for (Frame& frame : frames_) {
    if (!Contains(alive, frame.surface)) frame = Frame{};
  }
}

void Av1Slots::Forget(VASurfaceID surface) {
  for (Frame& frame : frames_) {
    if (frame.surface == surface) frame = Frame{};
  }
}

}  // namespace softva
