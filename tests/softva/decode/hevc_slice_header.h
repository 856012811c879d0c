// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "softva/decode/hevc_nal.h"
#include "softva/decode/hevc_references.h"

namespace softva {

// What the slice segments of a picture have in common.
struct HevcSliceContext {
  const VAPictureParameterBufferHEVC& picture;
  const HevcReferences& references;
  HevcNalType type;
};

// slice_segment_header() (H.265 7.3.6.1) and its alignment as the beginning of a NAL unit, with a
// start code. It is written from VA's parameters alone: like hardware, this doesn't look at the
// program's own header, so that whatever a program fills in wrongly shows in the picture. Nothing
// where a parameter is out of its range, or a list names what is no reference of this picture.
//
// There are no entry points in it, for a program needn't pass them on. They are for decoders that
// begin in the middle of a slice; with one thread, each substream begins where the last one ends.
std::optional<std::vector<uint8_t>> WriteHevcSliceHeader(const HevcSliceContext& context,
                                                         const VASliceParameterBufferHEVC& slice);

}  // namespace softva
