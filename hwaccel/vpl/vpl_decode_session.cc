// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_decode_session.h"

#include <utility>

#include "hwaccel/vpl/vpl_status.h"

namespace continuo {
namespace {

// Neither cameras nor screens make smaller pictures, and drivers have minima: the CPU takes them.
constexpr int kMinSide = 64;

// COMPLETE_FRAME: the runtime need not see the next one to know that this one ends.
mfxBitstream Whole(MutableBytes access_unit, uint64_t serial) {
  mfxBitstream input{};
  input.Data = access_unit.data();
  input.DataLength = static_cast<mfxU32>(access_unit.size());
  input.MaxLength = input.DataLength;
  input.DataFlag = MFX_BITSTREAM_COMPLETE_FRAME;
  input.TimeStamp = serial;
  return input;
}

Result<mfxVideoParam> ReadHeader(mfxSession session, MutableBytes key_frame) {
  mfxVideoParam parameters{};
  parameters.mfx.CodecId = MFX_CODEC_AVC;
  parameters.IOPattern = MFX_IOPATTERN_OUT_VIDEO_MEMORY;
  parameters.AsyncDepth = 1;
  mfxBitstream input = Whole(key_frame, 0);
  const mfxStatus status = MFXVideoDECODE_DecodeHeader(session, &input, &parameters);
  if (status == MFX_ERR_UNSUPPORTED) return FailVpl(status, "MFXVideoDECODE_DecodeHeader");
  if (status < MFX_ERR_NONE) {
    return Fail(ErrorCode::kUnsupported, "headers that the runtime does not take", {}, status);
  }
  // As they are decoded: without this it holds back as many as the level allows.
  parameters.mfx.DecodedOrder = 1;
  return parameters;
}

Status CheckParameters(mfxSession session, const Limits::Decode& limits, mfxVideoParam parameters) {
  const mfxFrameInfo& info = parameters.mfx.FrameInfo;
  // A Surface shows its top left.
  if (info.CropX != 0 || info.CropY != 0) {
    return Fail(ErrorCode::kUnsupported, "cropped at the top or left");
  }
  if (info.CropW < kMinSide || info.CropH < kMinSide || info.Width > limits.max_size.width ||
      info.Height > limits.max_size.height) {
    return Fail(ErrorCode::kUnsupported, "a picture of a size that is not for the device");
  }
  mfxVideoParam possible = parameters;
  const mfxStatus status = MFXVideoDECODE_Query(session, &parameters, &possible);
  if (status == MFX_WRN_PARTIAL_ACCELERATION) {
    return Fail(ErrorCode::kUnsupported, "the runtime would decode on the CPU");
  }
  return CheckVpl(status, "MFXVideoDECODE_Query");
}

}  // namespace

VplDecodeSession::VplDecodeSession(VplSurfacePool::Share pool, mfxVideoParam parameters,
                                   VplSession session)
    : pool_(std::move(pool)),
      allocator_(pool_->memory_ids()),
      parameters_(parameters),
      session_(std::move(session)) {}

Result<std::unique_ptr<VplDecodeSession>> VplDecodeSession::Open(const VplParts& parts,
                                                                 MutableBytes key_frame,
                                                                 size_t spare) {
  auto session = parts.runtime.CreateSession();
  if (!session) return tl::unexpected(std::move(session.error()));
  auto parameters = ReadHeader(session->get(), key_frame);
  if (!parameters) return tl::unexpected(std::move(parameters.error()));
  const Limits::Decode& limits = parts.limits.decode[static_cast<size_t>(VideoCodec::kH264)];
  if (auto possible = CheckParameters(session->get(), limits, *parameters); !possible) {
    return tl::unexpected(std::move(possible.error()));
  }
  mfxFrameAllocRequest request{};
  const mfxStatus asked = MFXVideoDECODE_QueryIOSurf(session->get(), &*parameters, &request);
  if (asked < MFX_ERR_NONE) return FailVpl(asked, "MFXVideoDECODE_QueryIOSurf");
  auto pool = VplSurfacePool::Create(parts.device, parts.display, request.Info,
                                     request.NumFrameSuggested + spare);
  if (!pool) return tl::unexpected(std::move(pool.error()));
  std::unique_ptr<VplDecodeSession> opened(
      new VplDecodeSession(*std::move(pool), *parameters, *std::move(session)));
  const mfxStatus attached = opened->allocator_.Attach(opened->session_.get());
  if (attached < MFX_ERR_NONE) return FailVpl(attached, "MFXVideoCORE_SetFrameAllocator");
  const mfxStatus begun = MFXVideoDECODE_Init(opened->session_.get(), &opened->parameters_);
  if (begun < MFX_ERR_NONE) return FailVpl(begun, "MFXVideoDECODE_Init");
  return opened;
}

VplDecodeSession::~VplDecodeSession() {
  // The runtime lets go of the surfaces before they go.
  MFXVideoDECODE_Close(session_.get());
}

mfxStatus VplDecodeSession::Submit(mfxBitstream& input, mfxFrameSurface1** decoded) {
  mfxSyncPoint submitted = nullptr;
  const mfxStatus status = RetryWhileBusy([&] {
    VplSurfacePool::Slot* const work = pool_->FindFree();
    // More than the runtime said that it needs: it has lost count.
    if (work == nullptr) return MFX_ERR_NOT_ENOUGH_BUFFER;
    return MFXVideoDECODE_DecodeFrameAsync(session_.get(), &input, work->frame(), decoded,
                                           &submitted);
  });
  if (status < MFX_ERR_NONE || submitted == nullptr) return status;
  const mfxStatus finished = session_.Wait(submitted);
  return finished < MFX_ERR_NONE ? finished : status;
}

Result<VplSurfacePool::Slot*> VplDecodeSession::Decode(MutableBytes access_unit, uint64_t serial) {
  // An access unit has one picture; a hostile one may have many, and say so again and again.
  constexpr int kMaxSteps = 16;
  mfxBitstream input = Whole(access_unit, serial);
  mfxFrameSurface1* picture = nullptr;
  for (int step = 0; step < kMaxSteps; ++step) {
    mfxFrameSurface1* decoded = nullptr;
    const mfxStatus status = Submit(input, &decoded);
    if (decoded != nullptr && status >= MFX_ERR_NONE) picture = decoded;
    if (status == MFX_ERR_MORE_DATA) break;
    if (status < MFX_ERR_NONE && status != MFX_ERR_MORE_SURFACE) {
      return FailVpl(status, "MFXVideoDECODE_DecodeFrameAsync");
    }
    if (decoded != nullptr && input.DataLength == 0) break;
  }
  if (picture == nullptr) return nullptr;
  if (picture->Data.Corrupted != MFX_CORRUPTION_NO) {
    return Fail(ErrorCode::kMalformed, "damaged picture", {}, picture->Data.Corrupted);
  }
  VplSurfacePool::Slot* const slot = pool_->Of(picture);
  if (slot != nullptr) pool_->Take(*slot);
  return slot;
}

}  // namespace continuo
