// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/codecs.h"

#include "softva/decode/av1_bitstream.h"
#include "softva/decode/av1_decoder.h"
#include "softva/decode/h264_bitstream.h"
#include "softva/decode/hevc_bitstream.h"
#include "softva/decode/libav_decoder.h"
#include "softva/decode/vp8_bitstream.h"
#include "softva/decode/vp9_bitstream.h"

namespace softva {

std::unique_ptr<BitstreamBuilder> MakeBitstreamBuilder(VAProfile profile) {
  switch (profile) {
    case VAProfileVP8Version0_3:
      return std::make_unique<Vp8Bitstream>();
    case VAProfileVP9Profile0:
      return std::make_unique<Vp9Bitstream>();
    case VAProfileHEVCMain:
      return std::make_unique<HevcBitstream>();
    case VAProfileAV1Profile0:
      return std::make_unique<Av1Bitstream>();
    default:
      return std::make_unique<H264Bitstream>();
  }
}

std::unique_ptr<PictureDecoder> MakePictureDecoder(VAProfile profile) {
  switch (profile) {
    case VAProfileVP8Version0_3:
      return LibavDecoder::Create(AV_CODEC_ID_VP8);
    case VAProfileVP9Profile0:
      return LibavDecoder::Create(AV_CODEC_ID_VP9);
    case VAProfileHEVCMain:
      return LibavDecoder::Create(AV_CODEC_ID_HEVC, OwnFrame::kFirst);
    case VAProfileAV1Profile0:
      return Av1Decoder::Create();
    default:
      return LibavDecoder::Create(AV_CODEC_ID_H264);
  }
}

}  // namespace softva
