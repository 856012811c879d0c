// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_limits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codecs/video_encoder_limits.h"
#include "hwaccel/vpl/vpl_encoder_parameters.h"

namespace continuo {
namespace {

// No larger than what any decoder of ours makes, and what every encoder takes.
constexpr std::array kSizes{PixelSize{4096, 4096}, PixelSize{4096, 2304}, PixelSize{2048, 2048},
                            PixelSize{1920, 1088}};

bool Decodes(mfxSession session, PixelSize size) {
  mfxVideoParam asked{};
  asked.IOPattern = MFX_IOPATTERN_OUT_VIDEO_MEMORY;
  asked.AsyncDepth = 1;
  asked.mfx.CodecId = MFX_CODEC_AVC;
  asked.mfx.CodecProfile = MFX_PROFILE_AVC_HIGH;
  mfxFrameInfo& picture = asked.mfx.FrameInfo;
  picture.FourCC = MFX_FOURCC_NV12;
  picture.ChromaFormat = MFX_CHROMAFORMAT_YUV420;
  picture.PicStruct = MFX_PICSTRUCT_PROGRESSIVE;
  picture.Width = picture.CropW = static_cast<mfxU16>(size.width);
  picture.Height = picture.CropH = static_cast<mfxU16>(size.height);
  mfxVideoParam possible{};
  possible.mfx.CodecId = asked.mfx.CodecId;
  const mfxStatus status = MFXVideoDECODE_Query(session, &asked, &possible);
  return status >= MFX_ERR_NONE && status != MFX_WRN_PARTIAL_ACCELERATION;
}

// The fixed-function engine is preferred, as the vaapi backend does: it leaves the shaders to
// composition.
Limits::Encode EncodeLimits(mfxSession session) {
  using Engine = VplEncoderParameters::Engine;
  for (const Engine engine : {Engine::kFixedFunction, Engine::kShaders}) {
    for (const PixelSize size : kSizes) {
      VplEncoderParameters parameters(
          {.size = size, .frames_per_second = 30, .rate = kMaxEncodedRate}, engine);
      if (!parameters.Check(session)) continue;
      VplEncoderParameters refreshing({.size = size,
                                       .frames_per_second = 30,
                                       .rate = kMaxEncodedRate,
                                       .intra_refresh_pictures = 30},
                                      engine);
      return {.max_size = size,
              .low_power = engine == Engine::kFixedFunction,
              .changes_rate = true,
              .intra_refresh = refreshing.Check(session).has_value(),
              .regions_of_interest = parameters.CountRegions(session)};
    }
  }
  return {};
}

}  // namespace

Status QueryVplLimits(VplRuntime& runtime, Limits& limits) {
  const auto session = runtime.CreateSession();
  if (!session) return tl::unexpected(session.error());
  constexpr auto kH264 = static_cast<size_t>(VideoCodec::kH264);
  const auto largest = std::find_if(kSizes.begin(), kSizes.end(),
                                    [&](PixelSize size) { return Decodes(session->get(), size); });
  limits.decode[kH264].max_size = largest == kSizes.end() ? PixelSize() : *largest;
  limits.encode[kH264] = EncodeLimits(session->get());
  return {};
}

}  // namespace continuo
