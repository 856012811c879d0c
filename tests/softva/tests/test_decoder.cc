// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/test_decoder.h"

#include "softva/bits/bit_reader.h"

namespace softva {
namespace {

// The NAL units between the start codes of a coded picture.
std::vector<std::span<const uint8_t>> SplitNals(std::span<const uint8_t> coded) {
  std::vector<std::span<const uint8_t>> nals;
  size_t begin = 0;
  for (size_t i = 0; i + 2 < coded.size(); ++i) {
    if (coded[i] != 0 || coded[i + 1] != 0 || coded[i + 2] != 1) continue;
    if (begin != 0) nals.push_back(coded.subspan(begin, i - begin));
    begin = i + 3;
  }
  if (begin != 0) nals.push_back(coded.subspan(begin));
  return nals;
}

VAPictureH264 NoPicture() {
  VAPictureH264 picture{};
  picture.picture_id = VA_INVALID_SURFACE;
  picture.flags = VA_PICTURE_H264_INVALID;
  return picture;
}

}  // namespace

TestDecoder::TestDecoder(TestDisplay& display, int width, int height)
    : display_(display),
      context_(
          display.CreateContext(VAProfileH264ConstrainedBaseline, VAEntrypointVLD, width, height)),
      last_(NoPicture()) {}

void TestDecoder::ReadSequenceSet(std::span<const uint8_t> nal) {
  NalReader reader(nal);
  reader.U(8 + 24);  // NAL unit, profile, constraints, level
  reader.Ue();
  auto& sequence = picture_.seq_fields.bits;
  sequence.chroma_format_idc = 1;
  sequence.log2_max_frame_num_minus4 = reader.Ue() & 15;
  sequence.pic_order_cnt_type = reader.Ue() & 3;
  EXPECT_EQ(sequence.pic_order_cnt_type, 2U);  // no B pictures
  picture_.num_ref_frames = static_cast<uint8_t>(reader.Ue());
  sequence.gaps_in_frame_num_value_allowed_flag = reader.Flag();
  picture_.picture_width_in_mbs_minus1 = static_cast<uint16_t>(reader.Ue());
  picture_.picture_height_in_mbs_minus1 = static_cast<uint16_t>(reader.Ue());
  sequence.frame_mbs_only_flag = reader.Flag();
  sequence.direct_8x8_inference_flag = reader.Flag();
}

void TestDecoder::ReadPictureSet(std::span<const uint8_t> nal) {
  NalReader reader(nal);
  reader.U(8);
  reader.Ue();
  reader.Ue();
  auto& fields = picture_.pic_fields.bits;
  fields.entropy_coding_mode_flag = reader.Flag();
  fields.pic_order_present_flag = reader.Flag();
  reader.Ue();  // num_slice_groups_minus1
  reader.Ue();
  reader.Ue();
  fields.weighted_pred_flag = reader.Flag();
  fields.weighted_bipred_idc = reader.U(2) & 3;
  picture_.pic_init_qp_minus26 = static_cast<int8_t>(reader.Se());
  picture_.pic_init_qs_minus26 = static_cast<int8_t>(reader.Se());
  picture_.chroma_qp_index_offset = static_cast<int8_t>(reader.Se());
  picture_.second_chroma_qp_index_offset = picture_.chroma_qp_index_offset;
  fields.deblocking_filter_control_present_flag = reader.Flag();
  fields.constrained_intra_pred_flag = reader.Flag();
  fields.redundant_pic_cnt_present_flag = reader.Flag();
}

VAStatus TestDecoder::Submit(std::span<const uint8_t> nal, VASurfaceID target, bool idr) {
  VASliceParameterBufferH264 slice{};
  slice.slice_data_size = static_cast<uint32_t>(nal.size());
  slice.slice_type = idr ? 2 : 0;
  VABufferID buffers[3] = {};
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAPictureParameterBufferType, sizeof picture_, 1,
                              &picture_, &buffers[0]));
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceParameterBufferType, sizeof slice, 1,
                              &slice, &buffers[1]));
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceDataBufferType,
                              static_cast<unsigned int>(nal.size()), 1,
                              const_cast<uint8_t*>(nal.data()), &buffers[2]));
  VAStatus status = vaBeginPicture(display_, context_, target);
  if (status == VA_STATUS_SUCCESS) status = vaRenderPicture(display_, context_, buffers, 3);
  for (const VABufferID buffer : buffers) vaDestroyBuffer(display_, buffer);
  return status == VA_STATUS_SUCCESS ? vaEndPicture(display_, context_) : status;
}

VAStatus TestDecoder::DecodeSlice(std::span<const uint8_t> nal, VASurfaceID target,
                                  VAPictureH264 reference) {
  NalReader reader(nal);
  const bool idr = (reader.U(8) & 31) == 5;
  for (int i = 0; i < 3; ++i) reader.Ue();  // first_mb, type, picture set
  picture_.frame_num = static_cast<uint16_t>(
      reader.U(static_cast<int>(picture_.seq_fields.bits.log2_max_frame_num_minus4) + 4));
  picture_.pic_fields.bits.reference_pic_flag = 1;
  picture_.CurrPic = {};
  picture_.CurrPic.picture_id = target;
  picture_.CurrPic.frame_idx = picture_.frame_num;
  picture_.CurrPic.flags = VA_PICTURE_H264_SHORT_TERM_REFERENCE;
  picture_.CurrPic.TopFieldOrderCnt = picture_.CurrPic.BottomFieldOrderCnt = 2 * picture_.frame_num;
  for (auto& entry : picture_.ReferenceFrames) entry = NoPicture();
  if (!idr) picture_.ReferenceFrames[0] = reference;
  last_ = picture_.CurrPic;
  return Submit(nal, target, idr);
}

VAStatus TestDecoder::Decode(std::span<const uint8_t> coded, VASurfaceID target) {
  return Decode(coded, target, last_);
}

VAStatus TestDecoder::Decode(std::span<const uint8_t> coded, VASurfaceID target,
                             VAPictureH264 reference) {
  VAStatus status = VA_STATUS_ERROR_DECODING_ERROR;
  for (const std::span<const uint8_t> nal : SplitNals(coded)) {
    const int type = nal[0] & 31;
    if (type == 7) ReadSequenceSet(nal);
    if (type == 8) ReadPictureSet(nal);
    if (type == 1 || type == 5) status = DecodeSlice(nal, target, reference);
  }
  return status;
}

}  // namespace softva
