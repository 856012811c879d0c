// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/hevc_slice_header.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <span>

#include "softva/decode/hevc_parameter_sets.h"
#include "softva/decode/hevc_weights.h"

namespace softva {
namespace {

// slice_type (table 7-7).
enum : uint32_t { kB = 0, kP = 1, kI = 2 };

constexpr size_t kMaxActive = std::size(VASliceParameterBufferHEVC{}.RefPicList[0]);

// Ceil(Log2(count)): how long a number below `count` is.
int BitsBelow(uint32_t count) { return static_cast<int>(std::bit_width(count - 1)); }

uint32_t CountTreeBlocks(const VAPictureParameterBufferHEVC& picture) {
  const int log2 = picture.log2_min_luma_coding_block_size_minus3 + 3 +
                   picture.log2_diff_max_min_luma_coding_block_size;
  const uint32_t rounding = (1U << log2) - 1;
  return ((picture.pic_width_in_luma_samples + rounding) >> log2) *
         ((picture.pic_height_in_luma_samples + rounding) >> log2);
}

// The parts return false where the parameters can't be written.
class HeaderWriter {
 public:
  HeaderWriter(const HevcSliceContext& context, const VASliceParameterBufferHEVC& slice)
      : context_(context),
        fields_(context.picture.pic_fields.bits),
        slice_(slice),
        flags_(slice.LongSliceFlags.fields),
        nal_(BeginHevcNal(context.type)) {}

  std::optional<std::vector<uint8_t>> Write() {
    if (!WriteAddress()) return std::nullopt;
    if (flags_.dependent_slice_segment_flag == 0 && !WriteIndependent()) return std::nullopt;
    if (fields_.tiles_enabled_flag != 0 || fields_.entropy_coding_sync_enabled_flag != 0) {
      nal_.Ue(0);  // num_entry_point_offsets
    }
    return nal_.Finish();  // byte_alignment() is written like rbsp_trailing_bits()
  }

 private:
  bool bidirectional() const { return flags_.slice_type == kB; }
  size_t Active(int list) const {
    return (list == 0 ? slice_.num_ref_idx_l0_active_minus1 : slice_.num_ref_idx_l1_active_minus1) +
           size_t{1};
  }

  bool WriteAddress() {
    const uint32_t count = CountTreeBlocks(context_.picture);
    const uint32_t address = slice_.slice_segment_address;
    const bool dependent = flags_.dependent_slice_segment_flag != 0;
    if (address >= count || (address == 0 && dependent)) return false;
    nal_.Flag(address == 0);  // first_slice_segment_in_pic_flag
    if (context_.type == HevcNalType::kBrokenLink) {
      nal_.Flag(false);  // no_output_of_prior_pics_flag
    }
    nal_.Ue(0);  // slice_pic_parameter_set_id
    if (address == 0) return true;
    nal_.Flag(dependent);
    nal_.U(BitsBelow(count), address);
    return true;
  }

  bool WriteIndependent() {
    if (flags_.slice_type > kI) return false;
    nal_.Ue(flags_.slice_type);
    nal_.Flag(false);  // pic_output_flag: a driver takes pictures when they are decoded
    nal_.U(kHevcOrderBits, static_cast<uint32_t>(context_.picture.CurrPic.pic_order_cnt));
    nal_.Flag(false);  // short_term_ref_pic_set_sps_flag
    context_.references.Write(&nal_);
    nal_.Flag(flags_.slice_temporal_mvp_enabled_flag != 0);
    nal_.Flag(flags_.slice_sao_luma_flag != 0);
    nal_.Flag(flags_.slice_sao_chroma_flag != 0);
    if (flags_.slice_type != kI && !WritePrediction()) return false;
    nal_.Se(slice_.slice_qp_delta);
    nal_.Se(slice_.slice_cb_qp_offset);
    nal_.Se(slice_.slice_cr_qp_offset);
    WriteLoopFilter();
    return true;
  }

  bool WritePrediction() {
    const int lists = bidirectional() ? 2 : 1;
    nal_.Flag(true);  // num_ref_idx_active_override_flag
    for (int list = 0; list < lists; ++list) {
      if (Active(list) > kMaxActive) return false;
      nal_.Ue(static_cast<uint32_t>(Active(list) - 1));
    }
    for (int list = 0; list < lists; ++list) {
      if (!WriteList(list)) return false;
    }
    if (bidirectional()) nal_.Flag(flags_.mvd_l1_zero_flag != 0);
    nal_.Flag(flags_.cabac_init_flag != 0);
    if (flags_.slice_temporal_mvp_enabled_flag != 0) WriteCollocated();
    if ((bidirectional() ? fields_.weighted_bipred_flag : fields_.weighted_pred_flag) != 0) {
      WriteHevcWeights(slice_, bidirectional(), &nal_);
    }
    nal_.Ue(slice_.five_minus_max_num_merge_cand);
    return true;
  }

  // One list of ref_pic_lists_modification(), which is there only where there is a choice.
  bool WriteList(int list) {
    const std::vector<uint8_t> initial = context_.references.InitialList(list);
    if (initial.empty()) return false;
    std::vector<uint32_t> entries;
    bool modified = false;
    for (const uint8_t place : std::span(slice_.RefPicList[list], Active(list))) {
      const auto found = std::ranges::find(initial, place);
      if (found == initial.end()) return false;
      const auto entry = static_cast<uint32_t>(found - initial.begin());
      modified |= entry != entries.size() % initial.size();
      entries.push_back(entry);
    }
    if (initial.size() == 1) return true;
    nal_.Flag(modified);
    if (!modified) return true;
    const int bits = BitsBelow(static_cast<uint32_t>(initial.size()));
    for (const uint32_t entry : entries) nal_.U(bits, entry);
    return true;
  }

  void WriteCollocated() {
    const bool from_l0 = !bidirectional() || flags_.collocated_from_l0_flag != 0;
    if (bidirectional()) nal_.Flag(from_l0);
    if (Active(from_l0 ? 0 : 1) > 1) nal_.Ue(slice_.collocated_ref_idx);
  }

  void WriteLoopFilter() {
    const bool deblocked = flags_.slice_deblocking_filter_disabled_flag == 0;
    nal_.Flag(true);  // deblocking_filter_override_flag
    nal_.Flag(!deblocked);
    if (deblocked) {
      nal_.Se(slice_.slice_beta_offset_div2);
      nal_.Se(slice_.slice_tc_offset_div2);
    }
    const bool filtered =
        deblocked || flags_.slice_sao_luma_flag != 0 || flags_.slice_sao_chroma_flag != 0;
    if (fields_.pps_loop_filter_across_slices_enabled_flag == 0 || !filtered) return;
    nal_.Flag(flags_.slice_loop_filter_across_slices_enabled_flag != 0);
  }

  const HevcSliceContext& context_;
  const decltype(VAPictureParameterBufferHEVC::pic_fields.bits)& fields_;
  const VASliceParameterBufferHEVC& slice_;
  const decltype(VASliceParameterBufferHEVC::LongSliceFlags.fields)& flags_;
  NalWriter nal_;
};

}  // namespace

std::optional<std::vector<uint8_t>> WriteHevcSliceHeader(const HevcSliceContext& context,
                                                         const VASliceParameterBufferHEVC& slice) {
  return HeaderWriter(context, slice).Write();
}

}  // namespace softva
