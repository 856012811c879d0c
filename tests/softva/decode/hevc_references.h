// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "softva/bits/bit_writer.h"

namespace softva {

// Whether an entry of ReferenceFrames has a picture, and whether the current one may refer to it.
bool IsHevcReference(const VAPictureHEVC& frame);
bool IsCurrentHevcReference(const VAPictureHEVC& frame);

// What stands in RefPicList where a program has no picture.
constexpr uint8_t kHevcNoReference = 0xFF;

// The reference picture set of a picture (H.265 8.3.2), from ReferenceFrames: the pictures that a
// decoder is to keep, and those that this picture may refer to. VA-API numbers them by their place
// in ReferenceFrames, a stream by picture order count; and as VA-API doesn't pass on the sets of a
// sequence parameter set, every slice header gets one written out.
class HevcReferences {
 public:
  // Nothing where that can't be a set: two pictures of one count, or one too far off.
  static std::optional<HevcReferences> Create(const VAPictureParameterBufferHEVC& picture);

  // Adds a picture that the decoder doesn't have, kHevcNoReference, for slices that name one: what
  // a decoder makes up for a lost picture takes its place.
  void AddMissing();

  bool empty() const { return before_.empty() && after_.empty() && long_term_.empty(); }

  // RefPicListTemp0 or RefPicListTemp1 (8.3.4), as places in ReferenceFrames.
  std::vector<uint8_t> InitialList(int list) const;

  // short_term_ref_pic_set() and the long-term pictures of a slice header.
  void Write(NalWriter* nal) const;

 private:
  struct Reference {
    uint8_t place;
    int32_t order;
    bool current;  // used by the current picture, not only by later ones
  };

  HevcReferences() = default;
  bool InReach() const;
  void WriteLongTerm(NalWriter* nal) const;

  int32_t order_ = 0;
  std::vector<Reference> before_, after_;  // the nearest first
  std::vector<Reference> long_term_;       // the last first
};

}  // namespace softva
