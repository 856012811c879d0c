// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "softva/decode/bitstream_builder.h"

namespace softva {

// H.264: writes the parameter sets from VA's parameters, whenever they change, and puts the slices
// behind them, which VA-API passes on as they were. Picture order count of type 1 can't be written:
// VA-API doesn't pass its offsets on.
class H264Bitstream : public BitstreamBuilder {
 public:
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;

 private:
  // Keeps to the frame_nums; says whether pictures are missing.
  bool FollowFrameNumber(const VAPictureParameterBufferH264& picture, bool idr);

  std::vector<uint8_t> sequence_set_, picture_set_;  // what was sent last
  int frame_number_ = 0;
};

}  // namespace softva
