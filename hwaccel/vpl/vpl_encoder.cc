// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_encoder.h"

#include <algorithm>
#include <utility>

#include "codecs/video_encoder_limits.h"
#include "hwaccel/vpl/vpl_status.h"
#include "media/h264_reader.h"

namespace continuo {

VplEncoder::VplEncoder(const VplParts& parts, const VideoEncoderConfig& config, VplSession session)
    : device_(parts.device),
      size_(config.size),
      parameters_(config, parts.limits.encode[static_cast<size_t>(VideoCodec::kH264)].low_power
                              ? VplEncoderParameters::Engine::kFixedFunction
                              : VplEncoderParameters::Engine::kShaders),
      session_(std::move(session)) {}

Result<std::unique_ptr<VplEncoder>> VplEncoder::Create(const VplParts& parts,
                                                       const VideoEncoderConfig& config) {
  if (auto checked = CheckVideoConfig(config); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  auto session = parts.runtime.CreateSession();
  if (!session) return tl::unexpected(std::move(session.error()));
  std::unique_ptr<VplEncoder> encoder(new VplEncoder(parts, config, *std::move(session)));
  if (auto started = encoder->Start(); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  return encoder;
}

VplEncoder::~VplEncoder() { MFXVideoENCODE_Close(session_.get()); }

Status VplEncoder::Start() {
  if (auto possible = parameters_.Check(session_.get()); !possible) return possible;
  const mfxStatus attached = allocator_.Attach(session_.get());
  if (attached < MFX_ERR_NONE) return FailVpl(attached, "MFXVideoCORE_SetFrameAllocator");
  const mfxStatus begun = MFXVideoENCODE_Init(session_.get(), parameters_.get());
  if (begun < MFX_ERR_NONE) return FailVpl(begun, "MFXVideoENCODE_Init");
  mfxVideoParam chosen{};
  const mfxStatus told = MFXVideoENCODE_GetVideoParam(session_.get(), &chosen);
  if (told < MFX_ERR_NONE) return FailVpl(told, "MFXVideoENCODE_GetVideoParam");
  // Another level would be another sequence.
  parameters_.SetLevel(chosen.mfx.CodecLevel);
  parameters_.KeepSequence();
  input_.Info = parameters_.picture();
  input_.Data.MemId = &input_id_;
  // What the buffer may hold at once; and no picture is larger than its samples.
  const size_t raw = size_t{input_.Info.Width} * input_.Info.Height * 3 / 2;
  const size_t buffer =
      size_t{chosen.mfx.BufferSizeInKB} * std::max<size_t>(chosen.mfx.BRCParamMultiplier, 1) * 1000;
  memory_.resize(std::max(raw, buffer));
  return {};
}

mfxStatus VplEncoder::Submit(const VaapiSurface& surface, ForceKeyFrame force) {
  input_id_ = surface.id();
  encoded_ = {};
  encoded_.Data = memory_.data();
  encoded_.MaxLength = static_cast<mfxU32>(memory_.size());
  mfxEncodeCtrl control{};
  if (force == ForceKeyFrame::kYes) {
    control.FrameType = MFX_FRAMETYPE_I | MFX_FRAMETYPE_IDR | MFX_FRAMETYPE_REF;
  }
  mfxExtBuffer* regions = &regions_.Header;  // told again for every picture
  if (regions_.NumROI > 0) {
    control.ExtParam = &regions;
    control.NumExtParam = 1;
  }
  mfxSyncPoint submitted = nullptr;
  const mfxStatus status = RetryWhileBusy([&] {
    return MFXVideoENCODE_EncodeFrameAsync(session_.get(), &control, &input_, &encoded_,
                                           &submitted);
  });
  if (status < MFX_ERR_NONE) return status;
  return submitted == nullptr ? MFX_ERR_DEVICE_FAILED : session_.Wait(submitted);
}

Result<EncodedFrame> VplEncoder::Encode(const PictureView& picture, uint32_t rtp_timestamp,
                                        Timestamp capture_time, ForceKeyFrame force) {
  if (picture.size() != size_) {
    return Fail(ErrorCode::kInvalidArgument, "picture of another size");
  }
  if (picture.surface() == nullptr || &picture.surface()->device() != &device_) {
    return Fail(ErrorCode::kInvalidArgument, "the picture is not on the device");
  }
  const mfxStatus status = Submit(VaapiSurface::Of(*picture.surface()), force);
  if (status < MFX_ERR_NONE) {
    // A picture that was taken before is none to refuse.
    return Fail(ErrorCode::kDeviceFailed, "MFXVideoENCODE_EncodeFrameAsync", {}, status);
  }
  Tidy();
  const bool is_key = (encoded_.FrameType & MFX_FRAMETYPE_IDR) != 0;
  return EncodedFrame{VideoCodec::kH264, is_key ? FrameKind::kKey : FrameKind::kDelta,
                      rtp_timestamp, capture_time, payload_};
}

void VplEncoder::Tidy() {
  payload_.clear();
  H264NalReader reader(ByteView(encoded_.Data + encoded_.DataOffset, encoded_.DataLength));
  while (const auto unit = reader.Next()) {
    const H264NalType type = unit->type();
    if (type == H264NalType::kSei || type == H264NalType::kAccessUnitDelimiter ||
        type == H264NalType::kFiller) {
      continue;
    }
    payload_.insert(payload_.end(), {0, 0, 0, 1});
    payload_.insert(payload_.end(), unit->bytes.begin(), unit->bytes.end());
  }
}

Status VplEncoder::SetRate(DataRate rate) {
  if (auto checked = CheckVideoRate(rate); !checked) return checked;
  const auto before = DataRate::KilobitsPerSec(parameters_.get()->mfx.TargetKbps);
  parameters_.SetRate(rate);
  auto changed = parameters_.Check(session_.get());
  if (changed) {
    changed =
        CheckVpl(MFXVideoENCODE_Reset(session_.get(), parameters_.get()), "MFXVideoENCODE_Reset");
  }
  if (!changed) parameters_.SetRate(before);
  return changed;
}

Status VplEncoder::SetRegions(std::span<const QualityRegion> regions) {
  const auto h264 = static_cast<size_t>(VideoCodec::kH264);
  const int at_most = device_.limits().encode[h264].regions_of_interest;
  auto checked = CheckQualityRegions(regions, size_, at_most);
  if (checked) regions_ = VplRegions(regions);
  return checked;
}

}  // namespace continuo
