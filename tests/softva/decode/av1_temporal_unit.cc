// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_temporal_unit.h"

#include "softva/bits/av1_bit_writer.h"
#include "softva/decode/av1_tile_info.h"

namespace softva {
namespace {

enum class ObuType : uint8_t { kSequenceHeader = 1, kTemporalDelimiter = 2, kFrame = 6 };

constexpr int kUnspecifiedColor = 2;  // of color_primaries and transfer_characteristics
constexpr int kMaximumLevel = 31;     // "Maximum parameters", AV1 Annex A.3

// open_bitstream_unit(), AV1 §5.3.1, without extension and with a size.
void WriteObu(ObuType type, std::span<const uint8_t> payload, Av1BitWriter& out) {
  out.Flag(false);  // obu_forbidden_bit
  out.Bits(4, static_cast<uint32_t>(type));
  out.Flag(false);  // obu_extension_flag
  out.Flag(true);   // obu_has_size_field
  out.Flag(false);  // obu_reserved_1bit
  out.Leb128(payload.size());
  out.Bytes(payload);
}

// color_config() of profile 0 and 8 bits.
void WriteColorConfig(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out) {
  const auto& sequence = picture.seq_info_fields.fields;
  out.Flag(false);  // high_bitdepth
  out.Flag(sequence.mono_chrome != 0);
  out.Flag(true);  // color_description_present_flag
  out.Bits(8, kUnspecifiedColor);
  out.Bits(8, kUnspecifiedColor);
  out.Bits(8, picture.matrix_coefficients);
  out.Flag(sequence.color_range != 0);
  if (sequence.mono_chrome != 0) return;
  out.Bits(2, 0);  // chroma_sample_position: unknown
  out.Flag(true);  // separate_uv_delta_q
}

// sequence_header_obu(), AV1 §5.5.1. Whatever VA-API does not carry is allowed.
std::vector<uint8_t> BuildSequenceHeader(const VADecPictureParameterBufferAV1& picture) {
  const auto& sequence = picture.seq_info_fields.fields;
  Av1BitWriter out;
  out.Bits(3, picture.profile);
  out.Flag(false);  // still_picture
  out.Flag(false);  // reduced_still_picture_header
  out.Flag(false);  // timing_info_present_flag
  out.Flag(false);  // initial_display_delay_present_flag
  out.Bits(5, 0);   // operating_points_cnt_minus_1
  out.Bits(12, 0);  // operating_point_idc: all layers
  out.Bits(5, kMaximumLevel);
  out.Flag(false);       // seq_tier
  out.Bits(4, 15);       // frame_width_bits_minus_1
  out.Bits(4, 15);       // frame_height_bits_minus_1
  out.Bits(16, 0xffff);  // max_frame_width_minus_1
  out.Bits(16, 0xffff);  // max_frame_height_minus_1
  out.Flag(false);       // frame_id_numbers_present_flag
  out.Flag(sequence.use_128x128_superblock != 0);
  out.Flag(sequence.enable_filter_intra != 0);
  out.Flag(sequence.enable_intra_edge_filter != 0);
  out.Flag(sequence.enable_interintra_compound != 0);
  out.Flag(sequence.enable_masked_compound != 0);
  out.Flag(true);  // enable_warped_motion
  out.Flag(sequence.enable_dual_filter != 0);
  out.Flag(sequence.enable_order_hint != 0);
  if (sequence.enable_order_hint != 0) {
    out.Flag(sequence.enable_jnt_comp != 0);
    out.Flag(true);  // enable_ref_frame_mvs
  }
  out.Flag(true);  // seq_choose_screen_content_tools
  out.Flag(true);  // seq_choose_integer_mv
  if (sequence.enable_order_hint != 0) out.Bits(3, picture.order_hint_bits_minus_1);
  out.Flag(true);  // enable_superres
  out.Flag(sequence.enable_cdef != 0);
  out.Flag(true);  // enable_restoration
  WriteColorConfig(picture, out);
  out.Flag(sequence.film_grain_params_present != 0);
  out.TrailingBits();
  return out.bytes();
}

}  // namespace

std::optional<std::vector<uint8_t>> WriteAv1TileGroup(const VADecPictureParameterBufferAV1& picture,
                                                      std::span<const Av1Tile> tiles) {
  const size_t count = size_t{picture.tile_cols} * picture.tile_rows;
  std::vector<std::span<const uint8_t>> ordered(count);
  if (count == 0 || tiles.size() != count) return std::nullopt;
  for (const Av1Tile& tile : tiles) {
    const size_t row = tile.parameters->tile_row;
    const size_t column = tile.parameters->tile_column;
    if (row >= picture.tile_rows || column >= picture.tile_cols) return std::nullopt;
    auto& place = ordered[row * picture.tile_cols + column];
    if (tile.data.empty() || !place.empty()) return std::nullopt;
    place = tile.data;
  }
  Av1BitWriter out;
  if (count > 1) out.Flag(false);  // tile_start_and_end_present_flag
  out.Align();
  for (size_t i = 0; i < count; ++i) {
    if (i + 1 < count) {
      out.LittleEndian(kAv1TileSizeBytes, static_cast<uint32_t>(ordered[i].size() - 1));
    }
    out.Bytes(ordered[i]);
  }
  return out.bytes();
}

std::optional<std::vector<uint8_t>> WriteAv1TemporalUnit(
    const VADecPictureParameterBufferAV1& picture, const Av1SlotUse& slots,
    std::span<const uint8_t> tile_group) {
  Av1BitWriter frame;
  if (!WriteAv1FrameHeader(picture, slots, frame)) return std::nullopt;
  frame.Bytes(tile_group);
  Av1BitWriter unit;
  WriteObu(ObuType::kTemporalDelimiter, {}, unit);
  WriteObu(ObuType::kSequenceHeader, BuildSequenceHeader(picture), unit);
  WriteObu(ObuType::kFrame, frame.bytes(), unit);
  return unit.bytes();
}

}  // namespace softva
