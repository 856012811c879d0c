// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_decoder.h"

#include <algorithm>
#include <utility>

#include "codecs/stream_check.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "media/h264_reader.h"
#include "media/vp8_header.h"

namespace continuo {
namespace {

// Where a stream does not say how far it reorders: more than a pyramid of B-frames needs.
constexpr size_t kMaxLearntDepth = 4;

// a - b of RTP timestamps, which wrap.
int32_t Since(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b); }

ByteView FirstSps(ByteView access_unit) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->type() == H264NalType::kSps) return nal->bytes;
  }
  return {};
}

// What a key frame says that a session is opened for.
ByteView ParametersOf(const EncodedFrame& key_frame) {
  if (key_frame.codec == VideoCodec::kH264) return FirstSps(key_frame.payload);
  // Width and height with their scaling bits, RFC 6386 §9.1.
  return key_frame.payload.subspan(6, 4);
}

}  // namespace

VplDecoder::~VplDecoder() { DropWaiting(); }

void VplDecoder::DropWaiting() {
  for (const Waiting& picture : waiting_) VplSurfacePool::Return(*picture.slot);
  waiting_.clear();
}

Result<VplDecoder::Frame> VplDecoder::Decode(const EncodedFrame& frame) {
  if (frame.codec != codec_) return Fail(ErrorCode::kInvalidArgument, "frame of another codec");
  // The runtime wants memory that it could write to, and ours nobody changes after the checks.
  const auto assembled = Assemble(frame);
  if (!assembled) return nullptr;
  if (auto checked = CheckEncodedFrame(*assembled, DecoderLimits()); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  const bool is_key = IsDecodableAlone(*assembled);
  auto decoded = DecodeOnDevice(*assembled, is_key);
  if (!decoded) return tl::unexpected(Judge(std::move(decoded.error()), is_key));
  if (is_key) {
    failed_key_frames_ = 0;
    shown_.reset();  // time may begin anew
  }
  if (*decoded == nullptr) return nullptr;
  return Show(**decoded);
}

std::optional<EncodedFrame> VplDecoder::Assemble(const EncodedFrame& frame) {
  // Far more than parameter sets take.
  constexpr size_t kMaxParameterSets = 4096;
  EncodedFrame assembled = frame;
  const bool alone = codec_ == VideoCodec::kH264 && !frame.payload.empty() &&
                     H264NalReader(frame.payload).Next() && !HasH264Slice(frame.payload);
  if (alone) {
    if (parameter_sets_.size() + frame.payload.size() > kMaxParameterSets) parameter_sets_.clear();
    if (frame.payload.size() <= kMaxParameterSets) {
      parameter_sets_.insert(parameter_sets_.end(), frame.payload.begin(), frame.payload.end());
    }
    return std::nullopt;
  }
  input_.assign(parameter_sets_.begin(), parameter_sets_.end());
  input_.insert(input_.end(), frame.payload.begin(), frame.payload.end());
  parameter_sets_.clear();
  assembled.payload = input_;
  return assembled;
}

Status VplDecoder::OpenFor(const EncodedFrame& key_frame) {
  size_t depth = 0;
  bool depth_known = true;
  if (codec_ == VideoCodec::kH264) {
    const auto sps = ParseH264Sps(FirstSps(key_frame.payload));
    if (!sps) return tl::unexpected(sps.error());
    if (sps->full_range) return Fail(ErrorCode::kUnsupported, "H.264: full range");
    depth_known = sps->reordered_frames.has_value();
    depth = static_cast<size_t>(sps->reordered_frames.value_or(0));
  }
  session_.reset();
  const size_t spare = Device::kMaxHeldPictures + 1 + (depth_known ? depth : kMaxLearntDepth);
  auto opened = VplDecodeSession::Open(parts_, codec_, input_, spare);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  session_ = *std::move(opened);
  const ByteView parameters = ParametersOf(key_frame);
  parameters_.assign(parameters.begin(), parameters.end());
  damaged_ = false;
  depth_ = depth;
  depth_known_ = depth_known;
  return {};
}

Result<VplSurfacePool::Slot*> VplDecoder::DecodeOnDevice(const EncodedFrame& frame, bool is_key) {
  if (is_key) {
    const ByteView parameters = ParametersOf(frame);
    const bool same =
        std::equal(parameters.begin(), parameters.end(), parameters_.begin(), parameters_.end());
    if (session_ == nullptr || damaged_ || !same) {
      if (auto opened = OpenFor(frame); !opened) return tl::unexpected(std::move(opened.error()));
    }
  }
  if (session_ == nullptr) return Fail(ErrorCode::kMalformed, "no key frame to begin with");
  const uint64_t serial = serial_++;
  times_[serial % times_.size()] = {frame.rtp_timestamp, frame.capture_time};
  auto decoded = session_->Decode(input_, serial);
  if (!decoded || *decoded == nullptr || codec_ != VideoCodec::kVp8) return decoded;
  const auto header = ParseVp8Header(frame.payload);
  if (header && header->shown) return decoded;
  VplSurfacePool::Return(**decoded);
  return nullptr;
}

Error VplDecoder::Judge(Error error, bool is_key) {
  damaged_ = true;
  DropWaiting();
  // The session is as good as it was: the runtime itself told of the damage.
  if (error.code == ErrorCode::kMalformed) return error;
  session_.reset();
  if (error.native == MFX_ERR_DEVICE_LOST || error.native == MFX_ERR_GPU_HANG) return error;
  if (error.code == ErrorCode::kUnsupported && is_key) return error;
  const auto alive = CreateVaSurface(parts_.display.handle(), {64, 64}, VA_FOURCC_NV12);
  if (!alive) return error;
  if (is_key && ++failed_key_frames_ >= 2) {
    error.code = ErrorCode::kUnsupported;
  } else {
    error.code = ErrorCode::kMalformed;
  }
  return error;
}

Result<VplDecoder::Frame> VplDecoder::Show(VplSurfacePool::Slot& decoded) {
  const Times times = times_[decoded.frame()->Data.TimeStamp % times_.size()];
  if (!depth_known_ && shown_ && Since(times.rtp_timestamp, *shown_) < 0) {
    // Its turn is over. The next one's will not be.
    depth_ = std::min(depth_ + 1, kMaxLearntDepth);
    VplSurfacePool::Return(decoded);
    return nullptr;
  }
  const auto later = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
    return Since(other.times.rtp_timestamp, times.rtp_timestamp) > 0;
  });
  waiting_.insert(later, {times, &decoded});
  if (waiting_.size() <= depth_) return nullptr;
  const Waiting next = waiting_.front();
  waiting_.erase(waiting_.begin());
  shown_ = next.times.rtp_timestamp;
  const int held = session_->pool().taken() - static_cast<int>(waiting_.size()) - 1;
  if (held >= Device::kMaxHeldPictures) {
    parts_.probe.pictures_held.Add();
    VplSurfacePool::Return(*next.slot);
    return nullptr;
  }
  return Wrap(next);
}

VplDecoder::Frame VplDecoder::Wrap(const Waiting& picture) {
  const mfxFrameInfo& info = picture.slot->frame()->Info;
  const PictureView view({info.CropW, info.CropH}, picture.slot->surface());
  return std::make_unique<const VideoFrame>(
      view, picture.times.rtp_timestamp, picture.times.capture_time, picture.slot,
      [](void* slot) { VplSurfacePool::Return(*static_cast<VplSurfacePool::Slot*>(slot)); });
}

}  // namespace continuo
