// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/vp8_stream.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "base/check.h"

namespace continuo {
namespace {

class Vp8Source {
 public:
  explicit Vp8Source(const Vp8Style& style) : style_(style), picture_(style.size) {
    vpx_codec_enc_cfg_t config;
    CONTINUO_CHECK(vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) == VPX_CODEC_OK);
    config.g_w = static_cast<unsigned>(style.size.width);
    config.g_h = static_cast<unsigned>(style.size.height);
    config.g_timebase = {1, 25};
    config.g_threads = 1;
    config.g_profile = static_cast<unsigned>(style.version);
    config.g_error_resilient = style.error_resilient ? VPX_ERROR_RESILIENT_DEFAULT : 0;
    config.g_lag_in_frames = style.hidden_frames ? 8 : 0;
    config.kf_mode = VPX_KF_DISABLED;
    config.rc_end_usage = VPX_VBR;
    config.rc_target_bitrate = 600;
    CONTINUO_CHECK(vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config, 0) == VPX_CODEC_OK);
    // A fixed speed: what is left of the time must not matter.
    vpx_codec_control(&codec_, VP8E_SET_CPUUSED, -4);
    vpx_codec_control(&codec_, VP8E_SET_TOKEN_PARTITIONS, style.log2_partitions);
    vpx_codec_control(&codec_, VP8E_SET_SHARPNESS, static_cast<unsigned>(style.sharpness));
    if (style.hidden_frames) {
      vpx_codec_control(&codec_, VP8E_SET_ENABLEAUTOALTREF, 1u);
      vpx_codec_control(&codec_, VP8E_SET_ARNR_MAXFRAMES, 5u);
    }
  }
  Vp8Source(const Vp8Source&) = delete;
  Vp8Source& operator=(const Vp8Source&) = delete;
  ~Vp8Source() { vpx_codec_destroy(&codec_); }

  void Encode(int number, Stream& stream) {
    DrawScene(static_cast<uint16_t>(number), Light::kSteady, picture_);
    vpx_image_t image;
    const MutableI420View view = picture_.view();
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(style_.size.width),
                 static_cast<unsigned>(style_.size.height), 1, view.planes[0]);
    for (size_t plane = 0; plane < 3; ++plane) {
      image.planes[plane] = view.planes[plane];
      image.stride[plane] = view.strides[plane];
    }
    const bool key = (number - 1) % style_.key_every == 0;
    Push(&image, number, key ? VPX_EFLAG_FORCE_KF : 0, stream);
  }
  void Flush(Stream& stream) {
    while (Push(nullptr, 0, 0, stream)) {
    }
  }

 private:
  bool Push(const vpx_image_t* image, int number, vpx_enc_frame_flags_t flags, Stream& stream) {
    CONTINUO_CHECK(vpx_codec_encode(&codec_, image, number, 1, flags, VPX_DL_REALTIME) ==
                   VPX_CODEC_OK);
    bool any = false;
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      const auto& encoded = packet->data.frame;
      const auto* const bytes = static_cast<const uint8_t*>(encoded.buf);
      OwnedEncodedFrame frame;
      frame.codec = VideoCodec::kVp8;
      frame.kind = (encoded.flags & VPX_FRAME_IS_KEY) != 0 ? FrameKind::kKey : FrameKind::kDelta;
      frame.rtp_timestamp = static_cast<uint32_t>(encoded.pts) * kTicksPerPicture;
      frame.payload.assign(bytes, bytes + encoded.sz);
      stream.push_back(std::move(frame));
      any = true;
    }
    return any;
  }

  const Vp8Style style_;
  TestPicture picture_;
  vpx_codec_ctx_t codec_{};
};

}  // namespace

Stream EncodeVp8(const Vp8Style& style) {
  Vp8Source source(style);
  Stream stream;
  for (int number = 1; number <= style.pictures; ++number) source.Encode(number, stream);
  source.Flush(stream);
  return stream;
}

}  // namespace continuo
