// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/decode/bitstream_builder.h"

namespace softva {

// HEVC, Main profile. Writes parameter sets and slice headers anew from VA's parameters, and puts
// the slices' data behind them; VA-API's parameters say everything that they need, if not what the
// program's own were. So the stream has no reordering, layers or leading pictures, and a decoder
// decodes everything that it is given. It begins again wherever a picture has no references.
class HevcBitstream : public BitstreamBuilder {
 public:
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;

 private:
  struct Kept {
    int32_t order;
    VASurfaceID surface;
  };

  const Kept* Find(int32_t order) const;
  bool IsKept(const VAPictureHEVC& frame) const;
  // As the program's, but without references for a random access picture that has none of them: a
  // program may begin with one, and list what leading pictures would have referred to.
  VAPictureParameterBufferHEVC ReadPicture(const VAPictureParameterBufferHEVC& parameters) const;
  void ListReferences(const VAPictureParameterBufferHEVC& parameters, CodedPicture* picture) const;
  void Keep(const VAPictureParameterBufferHEVC& parameters);

  std::vector<Kept> kept_;  // what a decoder has, having decoded it, before the next picture
};

}  // namespace softva
