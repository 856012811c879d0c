// SPDX-License-Identifier: Apache-2.0
#include "softva/core/capabilities.h"

#include <va/va_vpp.h>

#include <algorithm>

#include "softva/core/surface.h"

namespace softva {

bool IsH264(VAProfile profile) {
  return profile == VAProfileH264ConstrainedBaseline || profile == VAProfileH264Main ||
         profile == VAProfileH264High;
}

bool IsEncoder(VAEntrypoint entrypoint) {
  return entrypoint == VAEntrypointEncSlice || entrypoint == VAEntrypointEncSliceLP;
}

std::vector<VAProfile> Capabilities::Profiles() const {
  return {VAProfileNone,          VAProfileH264ConstrainedBaseline,
          VAProfileH264Main,      VAProfileH264High,
          VAProfileVP8Version0_3, VAProfileVP9Profile0,
          VAProfileHEVCMain,      VAProfileAV1Profile0};
}

std::vector<VAEntrypoint> Capabilities::Entrypoints(VAProfile profile) const {
  if (profile == VAProfileNone) return {VAEntrypointVideoProc};
  if (IsH264(profile)) {
    std::vector<VAEntrypoint> all = {VAEntrypointVLD, VAEntrypointEncSlice};
    if (personality_ == Personality::kIntel) all.push_back(VAEntrypointEncSliceLP);
    return all;
  }
  if (std::ranges::count(Profiles(), profile) > 0) return {VAEntrypointVLD};
  return {};
}

bool Capabilities::Has(VAProfile profile, VAEntrypoint entrypoint) const {
  return std::ranges::count(Entrypoints(profile), entrypoint) > 0;
}

std::optional<uint32_t> Capabilities::Attribute(VAEntrypoint entrypoint,
                                                VAConfigAttribType type) const {
  const bool decoder = entrypoint == VAEntrypointVLD;
  switch (type) {
    case VAConfigAttribRTFormat:
      return VA_RT_FORMAT_YUV420 | (entrypoint == VAEntrypointVideoProc ? VA_RT_FORMAT_RGB32 : 0U);
    case VAConfigAttribMaxPictureWidth:
    case VAConfigAttribMaxPictureHeight:
      return kMaxPictureSide;
    case VAConfigAttribDecSliceMode:
      if (decoder) return VA_DEC_SLICE_MODE_NORMAL;
      return std::nullopt;
    case VAConfigAttribDecProcessing:
      if (decoder) return VA_DEC_PROCESSING_NONE;
      return std::nullopt;
    default:
      return IsEncoder(entrypoint) ? EncoderAttribute(type) : std::nullopt;
  }
}

std::optional<uint32_t> Capabilities::EncoderAttribute(VAConfigAttribType type) const {
  const bool intel = personality_ == Personality::kIntel;
  switch (type) {
    case VAConfigAttribRateControl:
      return VA_RC_CQP | VA_RC_CBR | VA_RC_VBR;
    case VAConfigAttribEncPackedHeaders:
      return VA_ENC_PACKED_HEADER_NONE;
    case VAConfigAttribEncMaxRefFrames:  // one in list 0, none in list 1
    case VAConfigAttribEncMaxSlices:
      return 1;
    case VAConfigAttribEncQualityRange:
      return 7;
    case VAConfigAttribEncIntraRefresh:
      if (intel) return VA_ENC_INTRA_REFRESH_ROLLING_COLUMN;
      return VA_ENC_INTRA_REFRESH_NONE;
    case VAConfigAttribEncROI: {
      if (!intel) return std::nullopt;
      VAConfigAttribValEncROI value{};
      value.bits.num_roi_regions = kMaxRegionsOfInterest;
      value.bits.roi_rc_qp_delta_support = 1;
      return value.value;
    }
    default:
      return std::nullopt;
  }
}

std::vector<VAConfigAttrib> Capabilities::Attributes(VAEntrypoint entrypoint) const {
  std::vector<VAConfigAttrib> all;
  for (int type = 0; type < VAConfigAttribTypeMax; ++type) {
    const auto attribute = static_cast<VAConfigAttribType>(type);
    if (const auto value = Attribute(entrypoint, attribute)) all.push_back({attribute, *value});
  }
  return all;
}

uint32_t Capabilities::BlendFlags() const {
  if (personality_ == Personality::kAmd) return 0;
  return VA_BLEND_GLOBAL_ALPHA | VA_BLEND_PREMULTIPLIED_ALPHA;
}

int Capabilities::MaxLayers() const { return 65; }

}  // namespace softva
