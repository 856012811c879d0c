// SPDX-License-Identifier: Apache-2.0
#include "codecs/x264/x264_encoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/video_encoder_limits.h"

extern "C" {
#include <x264.h>
}

namespace continuo {
namespace {

struct X264Deleter {
  void operator()(x264_t* encoder) const { x264_encoder_close(encoder); }
};

// The buffer is half a second of the rate: what a burst may add to the delay.
void SetRateIn(x264_param_t& parameters, DataRate rate) {
  const int kbps = static_cast<int>(rate.kbps());
  parameters.rc.i_rc_method = X264_RC_ABR;
  parameters.rc.i_bitrate = kbps;
  parameters.rc.i_vbv_max_bitrate = kbps;
  parameters.rc.i_vbv_buffer_size = kbps / 2;
}

bool IsPreset(std::string_view name) {
  for (const char* const* preset = x264_preset_names; *preset != nullptr; ++preset) {
    if (name == *preset) return true;
  }
  return false;
}

// No colour description is written: what we compose came without one, and whatever a browser takes
// the sources for it shall take ours for.
Result<x264_param_t> MakeParameters(const VideoEncoderConfig& config, const X264Options& options) {
  x264_param_t parameters;
  // x264 itself would complain on stderr, and take numbers too.
  if (!IsPreset(options.preset) ||
      x264_param_default_preset(&parameters, options.preset.c_str(), "zerolatency") < 0) {
    return Fail(ErrorCode::kInvalidArgument, "no such x264 preset", options.preset);
  }
  parameters.i_log_level = X264_LOG_NONE;
  parameters.i_threads = 1;
  parameters.b_sliced_threads = 0;
  parameters.i_width = config.size.width;
  parameters.i_height = config.size.height;
  parameters.i_csp = X264_CSP_I420;
  parameters.i_fps_num = static_cast<uint32_t>(config.frames_per_second);
  parameters.i_fps_den = 1;
  parameters.b_vfr_input = 0;  // the pts counts pictures
  // With intra-refresh, the length of a sweep.
  parameters.i_keyint_max =
      config.intra_refresh_pictures != 0 ? config.intra_refresh_pictures : X264_KEYINT_MAX_INFINITE;
  parameters.i_scenecut_threshold = 0;
  parameters.b_intra_refresh = config.intra_refresh_pictures != 0 ? 1 : 0;
  parameters.b_repeat_headers = 1;
  parameters.b_annexb = 0;  // see PutStartCodes
  SetRateIn(parameters, config.rate);
  if (x264_param_apply_profile(&parameters, "baseline") < 0) {
    return Fail(ErrorCode::kUnsupported, "x264 has no baseline profile");
  }
  return parameters;
}

// x264 lays units end to end, each behind four bytes of length (in its own Annex B format some
// start codes have only three). Puts a start code over each length, and closes the gap where the
// unit is SEI: x264's is a kilobyte about itself, on the first and largest frame.
ByteView PutStartCodes(std::span<const x264_nal_t> nals) {
  constexpr std::array<uint8_t, 4> kStartCode{0, 0, 0, 1};
  uint8_t* begin = nals.front().p_payload;
  uint8_t* end = begin;
  for (const x264_nal_t& nal : nals) {
    end = nal.p_payload + nal.i_payload;
    if (nal.i_type == NAL_SEI) {
      std::memmove(begin + nal.i_payload, begin, static_cast<size_t>(nal.p_payload - begin));
      begin += nal.i_payload;
    } else {
      std::memcpy(nal.p_payload, kStartCode.data(), kStartCode.size());
    }
  }
  return {begin, end};
}

class X264Encoder final : public VideoEncoder {
 public:
  X264Encoder(const x264_param_t& parameters, x264_t* encoder)
      : parameters_(parameters), encoder_(encoder) {}

  Result<EncodedFrame> Encode(const PictureView& view, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override;
  Status SetRate(DataRate rate) override;
  Status SetRegions(std::span<const QualityRegion> regions) override;

 private:
  PixelSize size() const { return {parameters_.i_width, parameters_.i_height}; }

  x264_param_t parameters_;
  std::unique_ptr<x264_t, X264Deleter> encoder_;
  int64_t next_pts_ = 0;
  std::vector<float> qp_deltas_;  // of every macroblock; empty without regions
};

Result<EncodedFrame> X264Encoder::Encode(const PictureView& view, uint32_t rtp_timestamp,
                                         Timestamp capture_time, ForceKeyFrame force) {
  if (auto checked = CheckVideoPicture(view, size()); !checked) {
    return tl::unexpected(checked.error());
  }
  const I420View& picture = view.memory();
  x264_picture_t input;
  x264_picture_init(&input);
  input.i_type = force == ForceKeyFrame::kYes ? X264_TYPE_IDR : X264_TYPE_AUTO;
  input.i_pts = next_pts_++;
  input.img.i_csp = X264_CSP_I420;
  input.img.i_plane = 3;
  for (size_t plane = 0; plane < 3; ++plane) {
    // x264 only reads; its type has no const.
    input.img.plane[plane] = const_cast<uint8_t*>(picture.planes[plane]);
    input.img.i_stride[plane] = picture.strides[plane];
  }
  if (!qp_deltas_.empty()) input.prop.quant_offsets = qp_deltas_.data();
  x264_nal_t* nals = nullptr;
  int nal_count = 0;
  x264_picture_t output;
  const int bytes = x264_encoder_encode(encoder_.get(), &nals, &nal_count, &input, &output);
  if (bytes < 0) return Fail(ErrorCode::kInternal, "x264 failed", {}, bytes);
  EncodedFrame encoded{VideoCodec::kH264, FrameKind::kDelta, rtp_timestamp, capture_time, {}};
  if (nal_count > 0) {
    // Not b_keyframe: that is also where a sweep of intra-refresh begins.
    if (output.i_type == X264_TYPE_IDR) encoded.kind = FrameKind::kKey;
    encoded.payload = PutStartCodes({nals, static_cast<size_t>(nal_count)});
  }
  return encoded;
}

Status X264Encoder::SetRate(DataRate rate) {
  if (auto checked = CheckVideoRate(rate); !checked) return checked;
  x264_param_t changed = parameters_;
  SetRateIn(changed, rate);
  const int error = x264_encoder_reconfig(encoder_.get(), &changed);
  if (error < 0) return Fail(ErrorCode::kInternal, "x264 refused a rate", {}, error);
  parameters_ = changed;
  return {};
}

Status X264Encoder::SetRegions(std::span<const QualityRegion> regions) {
  // Without adaptive quantisation x264 takes no offsets: the quickest preset has none.
  const bool adaptive = parameters_.rc.i_aq_mode != X264_AQ_NONE;
  auto checked = CheckQualityRegions(regions, size(), adaptive ? kMaxQualityRegions : 0);
  if (!checked) return checked;
  const int columns = (size().width + 15) / 16;
  const int rows = (size().height + 15) / 16;
  qp_deltas_.assign(regions.empty() ? 0 : static_cast<size_t>(columns * rows), 0);
  // The first one counts, and so comes last.
  for (auto region = regions.rbegin(); region != regions.rend(); ++region) {
    const PixelRect& rect = region->rect;
    const int left = rect.x / 16;
    const int width = (rect.x + rect.width + 15) / 16 - left;
    for (int y = rect.y / 16; y < (rect.y + rect.height + 15) / 16; ++y) {
      std::fill_n(qp_deltas_.begin() + y * columns + left, width,
                  static_cast<float>(region->qp_delta));
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> CreateX264Encoder(const VideoEncoderConfig& config,
                                                        const X264Options& options) {
  if (auto checked = CheckVideoConfig(config); !checked) return tl::unexpected(checked.error());
  auto parameters = MakeParameters(config, options);
  if (!parameters) return tl::unexpected(parameters.error());
  x264_t* encoder = x264_encoder_open(&*parameters);
  if (encoder == nullptr) return Fail(ErrorCode::kInvalidArgument, "x264 did not open");
  return std::make_unique<X264Encoder>(*parameters, encoder);
}

}  // namespace continuo
