// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/test_av1_decoder.h"

#include <algorithm>
#include <random>

namespace softva {

TestAv1Decoder::TestAv1Decoder(TestDisplay& display, int width, int height)
    : display_(display),
      width_(width),
      height_(height),
      context_(display.CreateContext(VAProfileAV1Profile0, VAEntrypointVLD, width, height)) {}

VADecPictureParameterBufferAV1 TestAv1Decoder::KeyFrame(VASurfaceID target) const {
  VADecPictureParameterBufferAV1 picture{};
  auto& sequence = picture.seq_info_fields.fields;
  sequence.enable_order_hint = 1;
  sequence.enable_cdef = 1;
  sequence.subsampling_x = sequence.subsampling_y = 1;
  picture.order_hint_bits_minus_1 = 6;
  picture.frame_width_minus1 = static_cast<uint16_t>(width_ - 1);
  picture.frame_height_minus1 = static_cast<uint16_t>(height_ - 1);
  picture.current_frame = target;
  picture.current_display_picture = target;
  std::ranges::fill(picture.ref_frame_map, VA_INVALID_SURFACE);
  picture.primary_ref_frame = 7;
  picture.tile_cols = picture.tile_rows = 1;
  picture.superres_scale_denominator = 8;
  picture.base_qindex = 100;
  picture.filter_level[0] = picture.filter_level[1] = 10;
  picture.mode_control_fields.bits.tx_mode = 2;
  auto& frame = picture.pic_info_fields.bits;
  frame.show_frame = 1;
  frame.error_resilient_mode = 1;
  frame.uniform_tile_spacing_flag = 1;
  return picture;
}

VADecPictureParameterBufferAV1 TestAv1Decoder::InterFrame(VASurfaceID target,
                                                          const Av1ReferenceMap& map,
                                                          std::span<const int> references,
                                                          int order_hint) const {
  VADecPictureParameterBufferAV1 picture = KeyFrame(target);
  picture.pic_info_fields.bits.frame_type = 1;
  picture.pic_info_fields.bits.error_resilient_mode = 0;
  picture.primary_ref_frame = 0;
  picture.order_hint = static_cast<uint8_t>(order_hint);
  std::ranges::copy(map, picture.ref_frame_map);
  for (size_t i = 0; i < 7; ++i) {
    picture.ref_frame_idx[i] = static_cast<uint8_t>(references[i % references.size()]);
  }
  for (auto& motion : picture.wm) motion.wmmat[2] = motion.wmmat[5] = 1 << 16;
  return picture;
}

VAStatus TestAv1Decoder::Decode(const VADecPictureParameterBufferAV1& picture,
                                std::vector<VASliceParameterBufferAV1> tiles,
                                std::span<const uint8_t> data) {
  VABufferID buffers[3] = {};
  auto parameters = picture;
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAPictureParameterBufferType, sizeof parameters,
                              1, &parameters, &buffers[0]));
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceParameterBufferType,
                              sizeof(VASliceParameterBufferAV1),
                              static_cast<unsigned int>(tiles.size()), tiles.data(), &buffers[1]));
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceDataBufferType,
                              static_cast<unsigned int>(data.size()), 1,
                              const_cast<uint8_t*>(data.data()), &buffers[2]));
  VAStatus status = vaBeginPicture(display_, context_, picture.current_frame);
  if (status == VA_STATUS_SUCCESS) status = vaRenderPicture(display_, context_, buffers, 3);
  for (const VABufferID buffer : buffers) vaDestroyBuffer(display_, buffer);
  return status == VA_STATUS_SUCCESS ? vaEndPicture(display_, context_) : status;
}

VAStatus TestAv1Decoder::Decode(const VADecPictureParameterBufferAV1& picture,
                                std::span<const uint8_t> data) {
  const size_t columns = std::max<size_t>(1, picture.tile_cols);
  const size_t count = std::max<size_t>(1, size_t{picture.tile_cols} * picture.tile_rows);
  std::vector<VASliceParameterBufferAV1> tiles(count);
  for (size_t i = 0; i < tiles.size(); ++i) {
    tiles[i].slice_data_size = static_cast<uint32_t>(data.size() / tiles.size());
    tiles[i].slice_data_offset = static_cast<uint32_t>(i * tiles[i].slice_data_size);
    tiles[i].tile_row = static_cast<uint16_t>(i / columns);
    tiles[i].tile_column = static_cast<uint16_t>(i % columns);
  }
  return Decode(picture, std::move(tiles), data);
}

std::vector<uint8_t> MakeNoise(size_t bytes, uint32_t number) {
  std::minstd_rand random(number + 1);
  std::vector<uint8_t> noise(bytes);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random() >> 8);
  return noise;
}

}  // namespace softva
