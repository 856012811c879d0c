// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_limits.h"

#include <algorithm>
#include <vector>

#include "hwaccel/vaapi/vaapi_objects.h"
#include "hwaccel/vaapi/vaapi_processor.h"

namespace continuo {
namespace {

// What the rest of the mixer goes up to; also for drivers that know no limit.
constexpr int kMaxSide = 4096;

PixelSize Clamp(uint32_t width, uint32_t height) {
  const auto side = [](uint32_t n) {
    return n == 0 ? kMaxSide : static_cast<int>(std::min<uint32_t>(n, kMaxSide));
  };
  return {side(width), side(height)};
}

PixelSize MaxPicture(const VaapiDisplay& display, VAProfile profile, VAEntrypoint entrypoint) {
  return Clamp(display.Attribute(profile, entrypoint, VAConfigAttribMaxPictureWidth),
               display.Attribute(profile, entrypoint, VAConfigAttribMaxPictureHeight));
}

std::vector<VASurfaceAttrib> SurfaceAttributes(const VaConfig& config) {
  unsigned count = 0;
  if (vaQuerySurfaceAttributes(config.display(), config.id(), nullptr, &count) !=
      VA_STATUS_SUCCESS) {
    return {};
  }
  std::vector<VASurfaceAttrib> attributes(count);
  if (vaQuerySurfaceAttributes(config.display(), config.id(), attributes.data(), &count) !=
      VA_STATUS_SUCCESS) {
    return {};
  }
  attributes.resize(std::min<size_t>(count, attributes.size()));
  return attributes;
}

uint32_t ValueOf(const std::vector<VASurfaceAttrib>& attributes, VASurfaceAttribType type) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [type](const VASurfaceAttrib& a) { return a.type == type; });
  return found == attributes.end() ? 0 : static_cast<uint32_t>(std::max(0, found->value.value.i));
}

// Of a driver that takes them by QP alone: how much better a priority is, it decides by itself.
int RegionsOfInterest(const VaapiDisplay& display, VAEntrypoint entrypoint) {
  VAConfigAttribValEncROI offered{};
  offered.value = display.Attribute(kEncodeProfile, entrypoint, VAConfigAttribEncROI);
  return offered.bits.roi_rc_qp_delta_support != 0 ? static_cast<int>(offered.bits.num_roi_regions)
                                                   : 0;
}

void ReadEncodeLimits(const VaapiDisplay& display, Limits::Encode& limits) {
  const auto entrypoint = EncodeEntrypoint(display);
  if (!entrypoint) return;
  limits.max_size = MaxPicture(display, kEncodeProfile, *entrypoint);
  limits.low_power = *entrypoint == VAEntrypointEncSliceLP;
  limits.intra_refresh =
      (display.Attribute(kEncodeProfile, *entrypoint, VAConfigAttribEncIntraRefresh) &
       VA_ENC_INTRA_REFRESH_ROLLING_COLUMN) != 0;
  limits.regions_of_interest = RegionsOfInterest(display, *entrypoint);
  limits.changes_rate = true;  // of constant rate, which EncodeEntrypoint() insists on
}

}  // namespace

std::span<const VAProfile> DecodeProfiles(VideoCodec codec) {
  static constexpr VAProfile kH264[] = {VAProfileH264High, VAProfileH264Main,
                                        VAProfileH264ConstrainedBaseline};
  static constexpr VAProfile kVp8[] = {VAProfileVP8Version0_3};
  if (codec == VideoCodec::kH264) return kH264;
  return kVp8;
}

std::optional<VAEntrypoint> EncodeEntrypoint(const VaapiDisplay& display) {
  for (const VAEntrypoint entrypoint : {VAEntrypointEncSliceLP, VAEntrypointEncSlice}) {
    if (display.Has(kEncodeProfile, entrypoint) &&
        (display.Attribute(kEncodeProfile, entrypoint, VAConfigAttribRateControl) & VA_RC_CBR) !=
            0) {
      return entrypoint;
    }
  }
  return std::nullopt;
}

void ReadComposeLimits(const VaapiDisplay& display, Limits& limits) {
  if (!display.Has(VAProfileNone, VAEntrypointVideoProc)) return;
  const auto config = CreateVaConfig(display.handle(), VAProfileNone, VAEntrypointVideoProc);
  if (!config) return;
  const auto attributes = SurfaceAttributes(*config);
  limits.max_canvas = Clamp(ValueOf(attributes, VASurfaceAttribMaxWidth),
                            ValueOf(attributes, VASurfaceAttribMaxHeight));
  // One more is the canvas itself.
  limits.layers_per_pass = static_cast<int>(VaapiProcessor::kMaxLayers) - 1;
}

Limits ReadLimits(const VaapiDisplay& display) {
  Limits limits;
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
    for (const VAProfile profile : DecodeProfiles(codec)) {
      if (!display.Has(profile, VAEntrypointVLD)) continue;
      limits.decode[static_cast<size_t>(codec)].max_size =
          MaxPicture(display, profile, VAEntrypointVLD);
      break;
    }
  }
  ReadEncodeLimits(display, limits.encode[static_cast<size_t>(VideoCodec::kH264)]);
  ReadComposeLimits(display, limits);
  return limits;
}

}  // namespace continuo
