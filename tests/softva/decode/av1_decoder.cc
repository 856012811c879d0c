// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "softva/decode/av1_temporal_unit.h"

namespace softva {
namespace {

uint8_t RefreshFlags(const VADecPictureParameterBufferAV1& parameters, std::optional<int> room) {
  if (RefreshesAll(parameters)) return kAv1RefreshAll;
  return room ? static_cast<uint8_t>(1 << *room) : 0;
}

}  // namespace

std::unique_ptr<Av1Decoder> Av1Decoder::Create() {
  auto dav1d = Dav1d::Open();
  if (dav1d == nullptr) return nullptr;
  return std::unique_ptr<Av1Decoder>(new Av1Decoder(std::move(dav1d)));
}

VAStatus Av1Decoder::Decode(const CodedPicture& picture, Surface& target, Surface* grain_target) {
  const std::lock_guard lock(mutex_);
  Learn(*picture.av1);
  auto slots = slots_.Resolve(*picture.av1);
  if (!slots) return VA_STATUS_ERROR_DECODING_ERROR;
  slots->refresh_frame_flags = RefreshFlags(*picture.av1, slots_.FindRoom());
  Dav1dFrame frame;
  if (!DecodeInto(picture, *slots, &frame)) return VA_STATUS_ERROR_DECODING_ERROR;
  if (slots->refresh_frame_flags == 0) waiting_.push_back({picture, *slots});
  Dav1dFrame grained;
  const bool copied = frame.CopyTo(target) &&
                      (grain_target == nullptr ||
                       (dav1d_->ApplyGrain(frame, &grained) && grained.CopyTo(*grain_target)));
  return copied ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_DECODING_ERROR;
}

void Av1Decoder::Learn(const VADecPictureParameterBufferAV1& parameters) {
  // Programs need not list their references with a key frame, which has none. One that isn't shown
  // leaves them where they are.
  if (FrameTypeOf(parameters) != Av1FrameType::kKey) {
    for (const Waiting& frame : waiting_) Store(frame, parameters.ref_frame_map);
    waiting_.clear();
    slots_.KeepOnly(parameters.ref_frame_map);
  }
  if (RefreshesAll(parameters)) waiting_.clear();
  std::erase_if(waiting_, [&](const Waiting& frame) {
    return frame.picture.target == parameters.current_frame;
  });
  slots_.Forget(parameters.current_frame);
}

void Av1Decoder::Store(const Waiting& frame, std::span<const VASurfaceID, kAv1Slots> alive) {
  if (std::ranges::count(alive, frame.picture.target) == 0) return;
  const auto room = slots_.FindRoom(alive);
  if (!room) return;  // more frames than a program has slots
  Av1SlotUse slots = frame.slots;
  slots.refresh_frame_flags = RefreshFlags(*frame.picture.av1, room);
  Dav1dFrame again;
  DecodeInto(frame.picture, slots, &again);
}

bool Av1Decoder::DecodeInto(const CodedPicture& picture, const Av1SlotUse& slots,
                            Dav1dFrame* frame) {
  const auto& parameters = *picture.av1;
  const auto unit = WriteAv1TemporalUnit(parameters, slots, picture.bytes);
  if (!unit || !dav1d_->Decode(*unit, frame)) {
    slots_.Clear(slots.refresh_frame_flags);
    return false;
  }
  slots_.Put(slots.refresh_frame_flags,
             {picture.target, parameters.order_hint, Av1FrameMotion(parameters)});
  return true;
}

}  // namespace softva
