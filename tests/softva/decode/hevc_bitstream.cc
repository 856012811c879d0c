// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/hevc_bitstream.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "softva/decode/hevc_parameter_sets.h"
#include "softva/decode/hevc_references.h"
#include "softva/decode/hevc_slice_header.h"

namespace softva {
namespace {

using HevcSlice = Slice<VASliceParameterBufferHEVC>;

constexpr uint32_t kYuv420 = 1;
constexpr int kMaxLog2TreeBlock = 6;

void Append(std::span<const uint8_t> bytes, std::vector<uint8_t>* to) {
  to->insert(to->end(), bytes.begin(), bytes.end());
}

// Only what would lead this code astray: a decoder judges the rest.
VAStatus Check(const VAPictureParameterBufferHEVC& picture) {
  if (picture.pic_fields.bits.chroma_format_idc != kYuv420 || picture.bit_depth_luma_minus8 != 0 ||
      picture.bit_depth_chroma_minus8 != 0) {
    return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  }
  const int log2_tree_block = picture.log2_min_luma_coding_block_size_minus3 + 3 +
                              picture.log2_diff_max_min_luma_coding_block_size;
  if (picture.pic_width_in_luma_samples == 0 || picture.pic_height_in_luma_samples == 0 ||
      log2_tree_block > kMaxLog2TreeBlock ||
      picture.num_tile_columns_minus1 > std::size(picture.column_width_minus1) ||
      picture.num_tile_rows_minus1 > std::size(picture.row_height_minus1)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  return VA_STATUS_SUCCESS;
}

// Whether a list of an inter slice has a place without a picture.
bool NamesMissing(const HevcSlice& coded) {
  constexpr uint32_t kP = 1, kI = 2;
  const VASliceParameterBufferHEVC& slice = *coded.parameters;
  const auto names = [&](int list, uint8_t active_minus1) {
    const std::span places(slice.RefPicList[list]);
    const size_t active = std::min<size_t>(active_minus1 + 1U, places.size());
    return std::ranges::count(places.first(active), kHevcNoReference) > 0;
  };
  const uint32_t type = slice.LongSliceFlags.fields.slice_type;
  if (type >= kI) return false;
  return names(0, slice.num_ref_idx_l0_active_minus1) ||
         (type != kP && names(1, slice.num_ref_idx_l1_active_minus1));
}

// slice_data_byte_offset counts without emulation prevention bytes, the data has them.
std::optional<std::span<const uint8_t>> SliceData(const HevcSlice& slice) {
  size_t left = slice.parameters->slice_data_byte_offset;
  int zeros = 0;
  for (size_t at = 0; at < slice.data.size(); ++at) {
    const uint8_t byte = slice.data[at];
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    if (left-- == 0) return slice.data.subspan(at);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return std::nullopt;
}

}  // namespace

const HevcBitstream::Kept* HevcBitstream::Find(int32_t order) const {
  const auto found = std::ranges::find(kept_, order, &Kept::order);
  return found == kept_.end() ? nullptr : &*found;
}

bool HevcBitstream::IsKept(const VAPictureHEVC& frame) const {
  const Kept* kept = IsHevcReference(frame) ? Find(frame.pic_order_cnt) : nullptr;
  return kept != nullptr && kept->surface == frame.picture_id;
}

VAPictureParameterBufferHEVC HevcBitstream::ReadPicture(
    const VAPictureParameterBufferHEVC& parameters) const {
  VAPictureParameterBufferHEVC picture = parameters;
  const bool random_access = picture.slice_parsing_fields.bits.RapPicFlag != 0;
  if (!random_access) return picture;
  const auto is_kept = [this](const auto& frame) { return IsKept(frame); };
  if (std::ranges::any_of(picture.ReferenceFrames, is_kept)) return picture;
  for (VAPictureHEVC& frame : picture.ReferenceFrames) frame.flags = VA_PICTURE_HEVC_INVALID;
  return picture;
}

// A count that was never decoded is a gap in the stream; one that was, in another surface than the
// program says, is the program's fault.
void HevcBitstream::ListReferences(const VAPictureParameterBufferHEVC& parameters,
                                   CodedPicture* picture) const {
  for (const VAPictureHEVC& frame : parameters.ReferenceFrames) {
    if (!IsCurrentHevcReference(frame)) continue;
    picture->references.push_back({frame.picture_id, {.top = frame.pic_order_cnt}});
    picture->gap |= Find(frame.pic_order_cnt) == nullptr;
  }
}

void HevcBitstream::Keep(const VAPictureParameterBufferHEVC& parameters) {
  std::vector<Kept> kept = {{parameters.CurrPic.pic_order_cnt, parameters.CurrPic.picture_id}};
  for (const VAPictureHEVC& frame : parameters.ReferenceFrames) {
    const Kept* found = IsHevcReference(frame) ? Find(frame.pic_order_cnt) : nullptr;
    if (found != nullptr) kept.push_back(*found);
  }
  kept_ = std::move(kept);
}

VAStatus HevcBitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* own =
      FindParameters<VAPictureParameterBufferHEVC>(buffers, VAPictureParameterBufferType);
  const auto* matrices = FindParameters<VAIQMatrixBufferHEVC>(buffers, VAIQMatrixBufferType);
  std::vector<HevcSlice> slices;
  if (own == nullptr || !CollectSlices(buffers, &slices)) return VA_STATUS_ERROR_INVALID_BUFFER;
  const VAPictureParameterBufferHEVC parameters = ReadPicture(*own);
  if (const VAStatus status = Check(parameters); status != VA_STATUS_SUCCESS) return status;
  auto references = HevcReferences::Create(parameters);
  if (!references) return VA_STATUS_ERROR_INVALID_PARAMETER;
  if (std::ranges::any_of(slices, NamesMissing)) references->AddMissing();
  const HevcNalType type = references->empty() ? HevcNalType::kBrokenLink : HevcNalType::kTrailing;

  // With every picture: they are short, and none is missing after a picture that was refused.
  Append(WriteHevcVideoSet(), &picture->bytes);
  Append(WriteHevcSequenceSet(parameters), &picture->bytes);
  Append(WriteHevcPictureSet(parameters, matrices), &picture->bytes);
  for (const HevcSlice& slice : slices) {
    const auto header = WriteHevcSliceHeader({parameters, *references, type}, *slice.parameters);
    const auto data = SliceData(slice);
    if (!header || !data) return VA_STATUS_ERROR_INVALID_PARAMETER;
    // A header doesn't end in a zero byte, so the data's emulation prevention stands as it is.
    Append(*header, &picture->bytes);
    Append(*data, &picture->bytes);
  }
  picture->width = parameters.pic_width_in_luma_samples;
  picture->height = parameters.pic_height_in_luma_samples;
  picture->target = parameters.CurrPic.picture_id;
  picture->order.top = parameters.CurrPic.pic_order_cnt;
  picture->random_access = references->empty();
  ListReferences(parameters, picture);
  Keep(parameters);
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
