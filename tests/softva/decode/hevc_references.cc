// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/hevc_references.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "softva/decode/hevc_parameter_sets.h"

namespace softva {
namespace {

constexpr uint32_t kCurrent = VA_PICTURE_HEVC_RPS_ST_CURR_BEFORE |
                              VA_PICTURE_HEVC_RPS_ST_CURR_AFTER | VA_PICTURE_HEVC_RPS_LT_CURR;
constexpr uint32_t kLongTerm = VA_PICTURE_HEVC_LONG_TERM_REFERENCE | VA_PICTURE_HEVC_RPS_LT_CURR;

// "The value of delta_poc_s0_minus1[i] shall be in the range of 0 to 2^15 - 1, inclusive" (7.4.8).
constexpr int64_t kReach = int64_t{1} << 15;

}  // namespace

bool IsHevcReference(const VAPictureHEVC& frame) {
  return frame.picture_id != VA_INVALID_SURFACE && (frame.flags & VA_PICTURE_HEVC_INVALID) == 0;
}

bool IsCurrentHevcReference(const VAPictureHEVC& frame) {
  return IsHevcReference(frame) && (frame.flags & kCurrent) != 0;
}

std::optional<HevcReferences> HevcReferences::Create(const VAPictureParameterBufferHEVC& picture) {
  HevcReferences set;
  set.order_ = picture.CurrPic.pic_order_cnt;
  for (size_t i = 0; i < std::size(picture.ReferenceFrames); ++i) {
    const VAPictureHEVC& frame = picture.ReferenceFrames[i];
    if (!IsHevcReference(frame)) continue;
    auto& group = (frame.flags & kLongTerm) != 0     ? set.long_term_
                  : frame.pic_order_cnt < set.order_ ? set.before_
                                                     : set.after_;
    group.push_back({static_cast<uint8_t>(i), frame.pic_order_cnt, IsCurrentHevcReference(frame)});
  }
  std::ranges::sort(set.before_, std::greater<>(), &Reference::order);
  std::ranges::sort(set.after_, std::less<>(), &Reference::order);
  std::ranges::sort(set.long_term_, std::greater<>(), &Reference::order);
  if (!set.InReach()) return std::nullopt;
  return set;
}

bool HevcReferences::InReach() const {
  for (const auto* group : {&before_, &after_}) {
    int64_t last = order_;
    for (const Reference& reference : *group) {
      const int64_t step = group == &before_ ? last - reference.order : reference.order - last;
      if (step == 0 || step > kReach) return false;
      last = reference.order;
    }
  }
  const auto same = std::ranges::adjacent_find(long_term_, {}, &Reference::order);
  return same == long_term_.end();
}

void HevcReferences::AddMissing() {
  int64_t order = int64_t{order_} - 1;
  auto at = before_.begin();
  for (; at != before_.end() && at->order == order; ++at) --order;
  before_.insert(at, {kHevcNoReference, static_cast<int32_t>(order), true});
}

std::vector<uint8_t> HevcReferences::InitialList(int list) const {
  std::vector<uint8_t> places;
  const auto& first = list == 0 ? before_ : after_;
  const auto& second = list == 0 ? after_ : before_;
  for (const auto* group : {&first, &second, &long_term_}) {
    for (const Reference& reference : *group) {
      if (reference.current) places.push_back(reference.place);
    }
  }
  return places;
}

void HevcReferences::Write(NalWriter* nal) const {
  nal->Ue(static_cast<uint32_t>(before_.size()));
  nal->Ue(static_cast<uint32_t>(after_.size()));
  for (const auto* group : {&before_, &after_}) {
    int64_t last = order_;
    for (const Reference& reference : *group) {
      const int64_t step = group == &before_ ? last - reference.order : reference.order - last;
      nal->Ue(static_cast<uint32_t>(step - 1));
      nal->Flag(reference.current);
      last = reference.order;
    }
  }
  WriteLongTerm(nal);
}

// A picture whose count has higher bits beyond those of the current one is found by its lower ones
// alone: delta_poc_msb_cycle_lt only counts back. It comes first, and the others in order.
void HevcReferences::WriteLongTerm(NalWriter* nal) const {
  nal->Ue(static_cast<uint32_t>(long_term_.size()));
  int last = 0;
  for (const Reference& reference : long_term_) {
    const int cycle = (order_ >> kHevcOrderBits) - (reference.order >> kHevcOrderBits);
    nal->U(kHevcOrderBits, static_cast<uint32_t>(reference.order));
    nal->Flag(reference.current);
    nal->Flag(cycle >= 0);  // delta_poc_msb_present_flag
    if (cycle < 0) continue;
    nal->Ue(static_cast<uint32_t>(cycle - last));
    last = cycle;
  }
}

}  // namespace softva
