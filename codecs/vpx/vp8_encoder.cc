// SPDX-License-Identifier: Apache-2.0
#include "codecs/vpx/vp8_encoder.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "codecs/video_encoder_limits.h"

namespace continuo {
namespace {

constexpr int kSlowest = 4;
constexpr int kQuickest = 16;
constexpr int kMaxThreads = 16;
constexpr int kMinQuantizer = 2;
constexpr int kMaxQuantizer = 58;  // beyond this blocks are worse than a lower frame rate
// Frames are dropped when the buffer falls below this share (percent) of its optimum.
constexpr int kDropBelowPercent = 30;
// A composed picture is static to the bit wherever nothing happens: skip only what is exactly so.
constexpr int kStaticThreshold = 1;

// The most that a key frame may take, in percent of a frame's share of the rate: a quarter of a
// second of the link, but never so little that it is a blur.
unsigned MaxIntraPercent(int frames_per_second) {
  return static_cast<unsigned>(std::max(300, 25 * frames_per_second));
}

tl::unexpected<Error> FailNative(ErrorCode code, std::string_view text, vpx_codec_err_t error) {
  return Fail(code, text, vpx_codec_err_to_string(error), error);
}

class Vp8Encoder final : public VideoEncoder {
 public:
  explicit Vp8Encoder(const VideoEncoderConfig& config) : size_(config.size) {}
  Vp8Encoder(const Vp8Encoder&) = delete;
  Vp8Encoder& operator=(const Vp8Encoder&) = delete;
  ~Vp8Encoder() override {
    if (open_) vpx_codec_destroy(&codec_);
  }

  Status Open(const VideoEncoderConfig& config, const Vp8Options& options);

  Result<EncodedFrame> Encode(const PictureView& view, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override;
  Status SetRate(DataRate rate) override;

 private:
  const PixelSize size_;
  vpx_codec_ctx_t codec_{};
  vpx_codec_enc_cfg_t config_{};
  bool open_ = false;
  vpx_codec_pts_t next_pts_ = 0;  // counts pictures
};

Status Vp8Encoder::Open(const VideoEncoderConfig& config, const Vp8Options& options) {
  vpx_codec_iface_t* vp8 = vpx_codec_vp8_cx();
  if (auto error = vpx_codec_enc_config_default(vp8, &config_, 0); error != VPX_CODEC_OK) {
    return FailNative(ErrorCode::kUnsupported, "libvpx has no VP8 encoder", error);
  }
  config_.g_w = static_cast<unsigned>(config.size.width);
  config_.g_h = static_cast<unsigned>(config.size.height);
  config_.g_timebase = {1, config.frames_per_second};
  config_.g_threads = static_cast<unsigned>(options.threads);
  config_.g_pass = VPX_RC_ONE_PASS;
  config_.g_lag_in_frames = 0;
  config_.g_error_resilient = 0;
  config_.kf_mode = VPX_KF_DISABLED;
  config_.rc_end_usage = VPX_CBR;
  config_.rc_target_bitrate = static_cast<unsigned>(config.rate.kbps());
  config_.rc_buf_sz = 1000;  // ms, as are the next two
  config_.rc_buf_initial_sz = 500;
  config_.rc_buf_optimal_sz = 600;
  config_.rc_undershoot_pct = 100;
  config_.rc_overshoot_pct = 15;
  config_.rc_dropframe_thresh = kDropBelowPercent;
  config_.rc_resize_allowed = 0;
  config_.rc_min_quantizer = kMinQuantizer;
  config_.rc_max_quantizer = kMaxQuantizer;
  if (auto error = vpx_codec_enc_init(&codec_, vp8, &config_, 0); error != VPX_CODEC_OK) {
    const ErrorCode code =
        error == VPX_CODEC_MEM_ERROR ? ErrorCode::kResourceExhausted : ErrorCode::kInvalidArgument;
    return FailNative(code, "VP8 encoder did not open", error);
  }
  open_ = true;
  // A negative speed is a fixed one.
  vpx_codec_control(&codec_, VP8E_SET_CPUUSED, -options.speed);
  vpx_codec_control(&codec_, VP8E_SET_STATIC_THRESHOLD, kStaticThreshold);
  vpx_codec_control(&codec_, VP8E_SET_MAX_INTRA_BITRATE_PCT,
                    MaxIntraPercent(config.frames_per_second));
  vpx_codec_control(&codec_, VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION);
  vpx_codec_control(&codec_, VP8E_SET_NOISE_SENSITIVITY, 0);
  return {};
}

Result<EncodedFrame> Vp8Encoder::Encode(const PictureView& view, uint32_t rtp_timestamp,
                                        Timestamp capture_time, ForceKeyFrame force) {
  if (auto checked = CheckVideoPicture(view, size_); !checked) {
    return tl::unexpected(checked.error());
  }
  const I420View& picture = view.memory();
  vpx_image_t image;
  // libvpx only reads; its type has no const. The planes need not be one block: set each.
  vpx_img_wrap(&image, VPX_IMG_FMT_I420, config_.g_w, config_.g_h, 1,
               const_cast<uint8_t*>(picture.planes[0]));
  for (size_t plane = 0; plane < 3; ++plane) {
    image.planes[plane] = const_cast<uint8_t*>(picture.planes[plane]);
    image.stride[plane] = picture.strides[plane];
  }
  const vpx_enc_frame_flags_t flags = force == ForceKeyFrame::kYes ? VPX_EFLAG_FORCE_KF : 0;
  const auto error = vpx_codec_encode(&codec_, &image, next_pts_++, 1, flags, VPX_DL_REALTIME);
  if (error != VPX_CODEC_OK) {
    return FailNative(ErrorCode::kInternal, "VP8 encoder failed", error);
  }
  EncodedFrame encoded{VideoCodec::kVp8, FrameKind::kDelta, rtp_timestamp, capture_time, {}};
  vpx_codec_iter_t iterator = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    const auto& frame = packet->data.frame;
    if ((frame.flags & VPX_FRAME_IS_KEY) != 0) encoded.kind = FrameKind::kKey;
    encoded.payload = {static_cast<const uint8_t*>(frame.buf), frame.sz};
  }
  return encoded;
}

Status Vp8Encoder::SetRate(DataRate rate) {
  if (auto checked = CheckVideoRate(rate); !checked) return checked;
  config_.rc_target_bitrate = static_cast<unsigned>(rate.kbps());
  if (auto error = vpx_codec_enc_config_set(&codec_, &config_); error != VPX_CODEC_OK) {
    return FailNative(ErrorCode::kInternal, "VP8 encoder refused a rate", error);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> CreateVp8Encoder(const VideoEncoderConfig& config,
                                                       const Vp8Options& options) {
  if (auto checked = CheckVideoConfig(config); !checked) return tl::unexpected(checked.error());
  if (config.intra_refresh_pictures != 0) {
    return Fail(ErrorCode::kUnsupported, "VP8 has no intra-refresh");
  }
  if (options.speed < kSlowest || options.speed > kQuickest || options.threads < 1 ||
      options.threads > kMaxThreads) {
    return Fail(ErrorCode::kInvalidArgument, "no such VP8 speed or thread count");
  }
  auto encoder = std::make_unique<Vp8Encoder>(config);
  if (auto opened = encoder->Open(config, options); !opened) {
    return tl::unexpected(opened.error());
  }
  return encoder;
}

}  // namespace continuo
