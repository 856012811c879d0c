// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_encoder_parameters.h"

#include <algorithm>
#include <string>

#include "codecs/video_encoder_limits.h"
#include "hwaccel/vpl/vpl_status.h"

namespace continuo {
namespace {

mfxU16 Aligned(int side) { return static_cast<mfxU16>((side + 15) & ~15); }

mfxFrameInfo PictureOf(const VideoEncoderConfig& config) {
  mfxFrameInfo picture{};
  picture.FourCC = MFX_FOURCC_NV12;
  picture.ChromaFormat = MFX_CHROMAFORMAT_YUV420;
  picture.PicStruct = MFX_PICSTRUCT_PROGRESSIVE;
  picture.Width = Aligned(config.size.width);
  picture.Height = Aligned(config.size.height);
  picture.CropW = static_cast<mfxU16>(config.size.width);
  picture.CropH = static_cast<mfxU16>(config.size.height);
  picture.FrameRateExtN = static_cast<mfxU32>(config.frames_per_second);
  picture.FrameRateExtD = 1;
  return picture;
}

template <typename T>
void Attach(T& extra, mfxU32 id, mfxExtBuffer*& pointer) {
  extra.Header = {id, sizeof(T)};
  pointer = &extra.Header;
}

}  // namespace

mfxExtEncoderROI VplRegions(std::span<const QualityRegion> regions) {
  mfxExtEncoderROI told{};
  told.Header = {MFX_EXTBUFF_ENCODER_ROI, sizeof(told)};
  told.ROIMode = MFX_ROI_MODE_QP_DELTA;
  for (const auto& [rect, qp_delta] : regions) {
    auto& region = told.ROI[told.NumROI++];
    region.Left = static_cast<mfxU32>(rect.x) & ~15U;
    region.Top = static_cast<mfxU32>(rect.y) & ~15U;
    region.Right = static_cast<mfxU32>(rect.x + rect.width + 15) & ~15U;
    region.Bottom = static_cast<mfxU32>(rect.y + rect.height + 15) & ~15U;
    region.DeltaQP = static_cast<mfxI16>(qp_delta);
  }
  return told;
}

VplEncoderParameters::VplEncoderParameters(const VideoEncoderConfig& config, Engine engine) {
  Attach(option_, MFX_EXTBUFF_CODING_OPTION, extra_[0]);
  Attach(option2_, MFX_EXTBUFF_CODING_OPTION2, extra_[1]);
  Attach(option3_, MFX_EXTBUFF_CODING_OPTION3, extra_[2]);
  Attach(reset_, MFX_EXTBUFF_ENCODER_RESET_OPTION, extra_[3]);
  video_.ExtParam = extra_.data();
  video_.NumExtParam = 3;
  video_.IOPattern = MFX_IOPATTERN_IN_VIDEO_MEMORY;
  video_.AsyncDepth = 1;

  mfxInfoMFX& codec = video_.mfx;
  codec.CodecId = MFX_CODEC_AVC;
  codec.LowPower = engine == Engine::kFixedFunction ? MFX_CODINGOPTION_ON : MFX_CODINGOPTION_OFF;
  codec.CodecProfile = MFX_PROFILE_AVC_CONSTRAINED_BASELINE;
  codec.TargetUsage = MFX_TARGETUSAGE_BALANCED;
  codec.FrameInfo = PictureOf(config);
  codec.GopPicSize = 0xffff;  // endless
  codec.GopRefDist = 1;
  codec.NumRefFrame = 1;
  codec.NumSlice = 1;
  codec.RateControlMethod = MFX_RATECONTROL_CBR;
  SetRate(config.rate);
  const auto half_second = static_cast<mfxU16>(std::max<int64_t>(config.rate.kbps() / 8 / 2, 2));
  codec.BufferSizeInKB = half_second;
  codec.InitialDelayInKB = half_second / 2;

  option_.CAVLC = MFX_CODINGOPTION_ON;
  option_.NalHrdConformance = MFX_CODINGOPTION_OFF;
  option_.VuiNalHrdParameters = MFX_CODINGOPTION_OFF;
  option_.VuiVclHrdParameters = MFX_CODINGOPTION_OFF;
  option_.AUDelimiter = MFX_CODINGOPTION_OFF;
  option_.PicTimingSEI = MFX_CODINGOPTION_OFF;
  option_.RecoveryPointSEI = MFX_CODINGOPTION_OFF;
  option_.RefPicMarkRep = MFX_CODINGOPTION_OFF;
  option_.MaxDecFrameBuffering = 1;  // a decoder shows each picture at once
  option2_.RepeatPPS = MFX_CODINGOPTION_OFF;
  option2_.AdaptiveI = MFX_CODINGOPTION_OFF;
  option2_.AdaptiveB = MFX_CODINGOPTION_OFF;
  option2_.BRefType = MFX_B_REF_OFF;
  if (config.intra_refresh_pictures != 0) {
    option2_.IntRefType = MFX_REFRESH_VERTICAL;  // a column that moves to the right
    option2_.IntRefCycleSize = static_cast<mfxU16>(std::max(config.intra_refresh_pictures, 2));
  }
  option3_.ScenarioInfo = MFX_SCENARIO_VIDEO_CONFERENCE;
  reset_.StartNewSequence = MFX_CODINGOPTION_OFF;
}

void VplEncoderParameters::SetRate(DataRate rate) {
  video_.mfx.TargetKbps = static_cast<mfxU16>(rate.kbps());
  video_.mfx.MaxKbps = video_.mfx.TargetKbps;
}

Status VplEncoderParameters::Check(mfxSession session) {
  VplEncoderParameters possible({}, {});
  possible.video_.mfx = video_.mfx;
  // Not of the outcome of a reset.
  mfxVideoParam asked_for = video_;
  asked_for.NumExtParam = possible.video_.NumExtParam;
  const mfxStatus status = MFXVideoENCODE_Query(session, &asked_for, &possible.video_);
  if (status == MFX_WRN_PARTIAL_ACCELERATION) {
    return Fail(ErrorCode::kUnsupported, "the runtime would encode on the CPU");
  }
  if (status < MFX_ERR_NONE) return FailVpl(status, "MFXVideoENCODE_Query");
  if (possible.option2_.IntRefType != option2_.IntRefType ||
      possible.option2_.IntRefCycleSize != option2_.IntRefCycleSize) {
    return Fail(ErrorCode::kUnsupported, "the runtime has no such intra-refresh", {}, status);
  }
  // It counts in units of its own, of about a thousandth.
  const int asked = video_.mfx.TargetKbps;
  const int given = possible.video_.mfx.TargetKbps;
  if (given > asked + asked / 50 + 1) {
    return Fail(ErrorCode::kUnsupported, "rate too low for the size",
                std::to_string(given) + " kbit/s at least", status);
  }
  return {};
}

int VplEncoderParameters::CountRegions(mfxSession session) {
  constexpr QualityRegion kMacroblock{{0, 0, 16, 16}, -4};
  std::array<QualityRegion, kMaxQualityRegions> regions;
  regions.fill(kMacroblock);
  mfxExtEncoderROI asked = VplRegions(regions);
  mfxExtEncoderROI possible = VplRegions({});
  VplEncoderParameters with_regions({}, {});
  with_regions.video_.mfx = video_.mfx;
  with_regions.Add(asked.Header);
  VplEncoderParameters answer({}, {});
  answer.Add(possible.Header);
  const mfxStatus status = MFXVideoENCODE_Query(session, with_regions.get(), answer.get());
  const bool by_qp = possible.ROIMode == MFX_ROI_MODE_QP_DELTA;
  return status >= MFX_ERR_NONE && by_qp ? possible.NumROI : 0;
}

}  // namespace continuo
