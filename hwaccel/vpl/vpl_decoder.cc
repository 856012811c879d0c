// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_decoder.h"

#include <algorithm>
#include <utility>

#include "codecs/stream_check.h"
#include "hwaccel/vaapi/vaapi_pulse.h"
#include "media/h264_reader.h"

namespace continuo {
namespace {

// Where a stream does not say how far it reorders: more than a pyramid of B-frames needs.
constexpr size_t kMaxLearntDepth = 4;

// a - b of RTP timestamps, which wrap.
int32_t Since(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b); }

// Whether an access unit says of no other sequence than that: the runtime may use any.
bool KeepsTo(ByteView sps, ByteView access_unit) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->type() == H264NalType::kSps && !std::ranges::equal(nal->bytes, sps)) return false;
  }
  return true;
}

ByteView FirstSps(ByteView access_unit) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->type() == H264NalType::kSps) return nal->bytes;
  }
  return {};
}

}  // namespace

VplDecoder::~VplDecoder() { DropWaiting(); }

void VplDecoder::DropWaiting() {
  for (const Waiting& picture : waiting_) VplSurfacePool::Return(*picture.slot);
  waiting_.clear();
}

Result<VplDecoder::Frame> VplDecoder::Decode(const EncodedFrame& frame) {
  if (frame.codec != VideoCodec::kH264)
    return Fail(ErrorCode::kInvalidArgument, "frame of another codec");
  // The runtime wants memory that it could write to, and ours nobody changes after the checks.
  const auto assembled = Assemble(frame);
  if (!assembled) return nullptr;
  const auto checked = CheckEncodedFrame(*assembled, {.max_slices = Device::kMaxSlices});
  if (!checked) return tl::unexpected(checked.error());
  const bool is_key = IsDecodableAlone(*assembled);
  auto decoded = DecodeOnDevice(*assembled, is_key);
  if (!decoded) return tl::unexpected(Judge(std::move(decoded.error()), is_key));
  if (is_key) shown_.reset();  // time may begin anew
  if (*decoded == nullptr) return nullptr;
  return Show(**decoded);
}

std::optional<EncodedFrame> VplDecoder::Assemble(const EncodedFrame& frame) {
  // Far more than parameter sets take.
  constexpr size_t kMaxParameterSets = 4096;
  EncodedFrame assembled = frame;
  if (H264NalReader(frame.payload).Next() && !HasH264Slice(frame.payload)) {
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

Status VplDecoder::OpenFor(ByteView sps_unit) {
  const auto sps = ParseH264Sps(sps_unit);
  if (!sps) return tl::unexpected(sps.error());
  if (sps->full_range) return Fail(ErrorCode::kUnsupported, "H.264: full range");
  DropWaiting();
  session_.reset();
  depth_known_ = sps->reordered_frames.has_value();
  depth_ = static_cast<size_t>(sps->reordered_frames.value_or(0));
  const size_t spare = Device::kMaxHeldPictures + 1 + (depth_known_ ? depth_ : kMaxLearntDepth);
  auto opened = VplDecodeSession::Open(parts_, input_, spare);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  session_ = *std::move(opened);
  sps_.assign(sps_unit.begin(), sps_unit.end());
  damaged_ = false;
  return {};
}

Result<VplSurfacePool::Slot*> VplDecoder::DecodeOnDevice(const EncodedFrame& frame, bool is_key) {
  const ByteView sps = is_key ? FirstSps(frame.payload) : ByteView(sps_);
  if (!KeepsTo(sps, frame.payload)) {
    return Fail(ErrorCode::kUnsupported, "H.264: another sequence beside the one in use");
  }
  if (is_key) {
    if (session_ == nullptr || damaged_ || !std::ranges::equal(sps, sps_)) {
      if (auto opened = OpenFor(sps); !opened) return tl::unexpected(std::move(opened.error()));
    }
  }
  if (session_ == nullptr) return Fail(ErrorCode::kMalformed, "no key frame to begin with");
  const uint64_t serial = serial_++;
  times_[serial % times_.size()] = {frame.rtp_timestamp, frame.capture_time};
  return session_->Decode(input_, serial);
}

Error VplDecoder::Judge(Error error, bool is_key) {
  damaged_ = true;
  DropWaiting();
  // The session is as good as it was: the runtime itself told of the damage.
  if (error.code == ErrorCode::kMalformed) return error;
  session_.reset();
  // Of what we refuse ourselves the runtime knows nothing.
  if (error.code == ErrorCode::kUnsupported && error.native == 0) return error;
  // A stream that hangs an engine, which the kernel then resets, is not the device's end.
  if (error.native == MFX_ERR_DEVICE_LOST || !FeelPulse(parts_.display, parts_.device)) {
    error.code = ErrorCode::kDeviceFailed;
  } else {
    // If it is the stream's own fault, the CPU will say so too.
    error.code = is_key ? ErrorCode::kUnsupported : ErrorCode::kMalformed;
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
