// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/hevc_weights.h"

#include <algorithm>
#include <cstdint>

namespace softva {
namespace {

// One list's weights, as VA has them: weights as differences, chroma offsets as they are used.
struct ListWeights {
  const int8_t (&luma)[15];
  const int8_t (&luma_offset)[15];
  const int8_t (&chroma)[15][2];
  const int8_t (&chroma_offset)[15][2];

  bool HasLuma(int i) const { return luma[i] != 0 || luma_offset[i] != 0; }
  bool HasChroma(int i) const {
    return chroma[i][0] != 0 || chroma[i][1] != 0 || chroma_offset[i][0] != 0 ||
           chroma_offset[i][1] != 0;
  }
};

// delta_chroma_offset, of which the offset is (7.4.7.3)
//   Clip3(-128, 127, (128 + delta_chroma_offset - ((128 * ChromaWeight) >> ChromaLog2WeightDenom)))
int DeltaChromaOffset(int offset, int delta_weight, int log2_denominator) {
  const int weight = (1 << log2_denominator) + delta_weight;
  return offset - 128 + ((128 * weight) >> log2_denominator);
}

void WriteList(const ListWeights& weights, int count, int log2_denominator, NalWriter* nal) {
  for (int i = 0; i < count; ++i) nal->Flag(weights.HasLuma(i));
  for (int i = 0; i < count; ++i) nal->Flag(weights.HasChroma(i));
  for (int i = 0; i < count; ++i) {
    if (weights.HasLuma(i)) {
      nal->Se(weights.luma[i]);
      nal->Se(weights.luma_offset[i]);
    }
    if (!weights.HasChroma(i)) continue;
    for (int plane = 0; plane < 2; ++plane) {
      const int delta = weights.chroma[i][plane];
      nal->Se(delta);
      nal->Se(DeltaChromaOffset(weights.chroma_offset[i][plane], delta, log2_denominator));
    }
  }
}

}  // namespace

void WriteHevcWeights(const VASliceParameterBufferHEVC& slice, bool bidirectional, NalWriter* nal) {
  nal->Ue(slice.luma_log2_weight_denom);
  nal->Se(slice.delta_chroma_log2_weight_denom);
  const int log2_denominator =
      std::clamp(slice.luma_log2_weight_denom + slice.delta_chroma_log2_weight_denom, 0, 7);
  WriteList({slice.delta_luma_weight_l0, slice.luma_offset_l0, slice.delta_chroma_weight_l0,
             slice.ChromaOffsetL0},
            slice.num_ref_idx_l0_active_minus1 + 1, log2_denominator, nal);
  if (!bidirectional) return;
  WriteList({slice.delta_luma_weight_l1, slice.luma_offset_l1, slice.delta_chroma_weight_l1,
             slice.ChromaOffsetL1},
            slice.num_ref_idx_l1_active_minus1 + 1, log2_denominator, nal);
}

}  // namespace softva
