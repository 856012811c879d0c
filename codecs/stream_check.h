// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"

namespace continuo {

// The largest picture that a decoder makes, whatever a stream says of itself: a peer chooses the
// size, and pays nothing for the memory. 4K screens in either orientation fit, at 12 MB a picture.
struct DecoderLimits {
  int max_side = 4096;
  int max_area = 3840 * 2160;
  int max_slices = std::numeric_limits<int>::max();  // of an H.264 access unit
};

// The size of pictures, as a frame declares it that others can follow. Where it declares several,
// for any may be the one that is used: the bounds of all.
struct StreamSize {
  PixelSize coded;    // what memory is needed for: at most
  PixelRect visible;  // what of it is shown: the furthest beginning, the least size
};

// What every decoder checks of a frame before its library sees it: kMalformed for bytes that are no
// frame of the codec, kUnsupported for what is beyond the limits and for anything but 8-bit 4:2:0.
// Gives the size when the frame declares one.
Result<std::optional<StreamSize>> CheckEncodedFrame(const EncodedFrame& frame,
                                                    const DecoderLimits& limits);

// Whether decoding can begin with it, as its bytes say, not its label.
bool IsDecodableAlone(const EncodedFrame& frame);
// Whether an H.264 access unit carries a picture: slices or data partitions.
bool HasH264Slice(ByteView access_unit);

}  // namespace continuo
