// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <array>
#include <cstdint>

#include "softva/bits/av1_bit_writer.h"
#include "softva/decode/av1_global_motion.h"

namespace softva {

inline constexpr int kAv1Slots = 8;
inline constexpr int kAv1NoPrimaryReference = 7;
inline constexpr uint8_t kAv1RefreshAll = 0xff;

// frame_type, AV1 §6.8.2. The odd ones predict from other frames.
enum class Av1FrameType : uint8_t { kKey = 0, kInter = 1, kIntraOnly = 2, kSwitch = 3 };

Av1FrameType FrameTypeOf(const VADecPictureParameterBufferAV1& picture);
bool IsIntra(Av1FrameType type);
// Shown key frames and switch frames fill every slot of the decoder and say nothing about it.
bool RefreshesAll(const VADecPictureParameterBufferAV1& picture);
// Where the frame says that it has one; frames without may hold any number in the VA field.
bool HasPrimaryReference(const VADecPictureParameterBufferAV1& picture);

// What a frame header says in terms of the decoder's slots, which VA-API does not know.
struct Av1SlotUse {
  uint8_t refresh_frame_flags = 0;
  // ref_frame_idx, of an inter frame.
  std::array<uint8_t, kAv1ReferencesPerFrame> reference_slots{};
  // Order hints of the frames in the slots.
  std::array<uint8_t, kAv1Slots> order_hints{};
  // The motion that the primary reference was decoded with.
  Av1GlobalMotion base_motion = Av1IdentityMotion();
};

// True when the parameters can be said in a frame header, as far as that can be told without the
// references: 4:2:0 or monochrome of 8 bits, and every number within what its syntax element
// allows.
bool Av1PictureIsCodable(const VADecPictureParameterBufferAV1& picture);

// uncompressed_header() of a frame that is decoded (show_existing_frame is 0), AV1 §5.9.2, without
// its trailing bits. Belongs to the sequence header that av1_temporal_unit.h writes: whatever that
// leaves to the frame is written here. What VA-API gives as a result is written as such:
// segmentation features and loop filter deltas are always updated, never inherited. False when the
// tiles are impossible.
bool WriteAv1FrameHeader(const VADecPictureParameterBufferAV1& picture, const Av1SlotUse& slots,
                         Av1BitWriter& out);

}  // namespace softva
