// SPDX-License-Identifier: Apache-2.0
#include "softva/encode/x264_encoder.h"

#include <libyuv/planar_functions.h>

#include <algorithm>

namespace softva {
namespace {

// Adaptive quantisation that changes nothing: x264 takes zero for "off", and no offsets then.
constexpr float kNoAdaptation = 1e-4F;

const char* ProfileOf(VAProfile profile) {
  if (profile == VAProfileH264High) return "high";
  return profile == VAProfileH264Main ? "main" : "baseline";
}

// Quality levels 1 (best) to 7 (fastest).
const char* PresetOf(uint32_t level) {
  constexpr const char* kPresets[] = {"veryfast", "medium",   "fast",      "faster",
                                      "veryfast", "veryfast", "superfast", "ultrafast"};
  return kPresets[std::min<uint32_t>(level, 7)];
}

bool NeedsNewEncoder(const EncodeSettings& a, const EncodeSettings& b) {
  return a.width != b.width || a.height != b.height ||
         (a.refreshed_columns == 0 && b.refreshed_columns != 0);
}

bool SameRates(const EncodeSettings& a, const EncodeSettings& b) {
  return a.bits_per_second == b.bits_per_second && a.target_percentage == b.target_percentage &&
         a.buffer_bits == b.buffer_bits && a.frames == b.frames && a.per_seconds == b.per_seconds;
}

int Kilobits(uint64_t bits) { return static_cast<int>(std::max<uint64_t>(bits / 1000, 1)); }

}  // namespace

X264Encoder::~X264Encoder() {
  if (encoder_ != nullptr) x264_encoder_close(encoder_);
}

// x264 can't change its frame rate: where the program changes it, as many bits a picture as that
// makes are asked of it instead.
void X264Encoder::SetRates() {
  const uint64_t opened = uint64_t{opened_frames_} * settings_.per_seconds;
  const uint64_t now = uint64_t{settings_.frames} * opened_per_seconds_;
  const uint64_t most = settings_.bits_per_second * opened / std::max<uint64_t>(now, 1);
  const uint64_t buffer = settings_.buffer_bits != 0 ? settings_.buffer_bits : most;
  parameters_.rc.i_bitrate = Kilobits(most * settings_.target_percentage / 100);
  parameters_.rc.i_vbv_max_bitrate = Kilobits(most);
  parameters_.rc.i_vbv_buffer_size = Kilobits(buffer);
}

void X264Encoder::SetIntraRefresh() {
  parameters_.i_keyint_max = X264_KEYINT_MAX_INFINITE;
  if (settings_.refreshed_columns == 0) return;
  const int columns = (settings_.width + 15) / 16;
  parameters_.b_intra_refresh = 1;
  parameters_.i_keyint_max =
      std::max((columns + settings_.refreshed_columns - 1) / settings_.refreshed_columns, 2);
}

bool X264Encoder::Open() {
  x264_param_default_preset(&parameters_, PresetOf(settings_.quality_level), "zerolatency");
  parameters_.i_log_level = X264_LOG_NONE;
  parameters_.i_threads = 1;
  parameters_.i_csp = X264_CSP_NV12;
  parameters_.i_width = settings_.width;
  parameters_.i_height = settings_.height;
  parameters_.i_fps_num = opened_frames_ = settings_.frames;
  parameters_.i_fps_den = opened_per_seconds_ = settings_.per_seconds;
  parameters_.b_vfr_input = 0;
  parameters_.i_scenecut_threshold = 0;
  parameters_.b_repeat_headers = 1;
  parameters_.b_annexb = 1;
  parameters_.i_frame_reference = 1;
  parameters_.i_bframe = 0;
  parameters_.b_full_recon = 1;
  parameters_.b_cabac = settings_.cabac;
  parameters_.analyse.b_transform_8x8 = settings_.transform_8x8;
  parameters_.b_deblocking_filter = settings_.deblocking;
  if (settings_.min_qp != 0) parameters_.rc.i_qp_min = static_cast<int>(settings_.min_qp);
  if (settings_.max_qp != 0) parameters_.rc.i_qp_max = static_cast<int>(settings_.max_qp);
  parameters_.rc.i_aq_mode = X264_AQ_VARIANCE;  // without it x264 takes no offsets
  SetIntraRefresh();
  if (settings_.rate_control == VA_RC_CQP) {
    // Every picture's QP is forced; x264's own CQP would take no offsets for regions.
    parameters_.rc.i_rc_method = X264_RC_CRF;
    parameters_.rc.f_aq_strength = kNoAdaptation;
  } else {
    parameters_.rc.i_rc_method = X264_RC_ABR;
    SetRates();
  }
  x264_param_apply_profile(&parameters_, ProfileOf(settings_.profile));
  encoder_ = x264_encoder_open(&parameters_);
  return encoder_ != nullptr;
}

bool X264Encoder::Adapt(const EncodeSettings& settings) {
  const bool anew = encoder_ == nullptr || NeedsNewEncoder(settings_, settings);
  const bool new_rates = !SameRates(settings_, settings);
  settings_ = settings;
  if (anew) {
    if (encoder_ != nullptr) x264_encoder_close(encoder_);
    return Open();
  }
  if (!new_rates || settings_.rate_control == VA_RC_CQP) return true;
  SetRates();
  return x264_encoder_reconfig(encoder_, &parameters_) == 0;
}

// One offset for each macroblock; "the roi_value that is first in the ROI array will have
// priority" (va.h), so the first is written last.
std::vector<float> X264Encoder::QpOffsets(const std::vector<VAEncROI>& regions) const {
  const int columns = (settings_.width + 15) / 16, rows = (settings_.height + 15) / 16;
  std::vector<float> offsets(static_cast<size_t>(columns) * rows);
  for (auto region = regions.rbegin(); region != regions.rend(); ++region) {
    const VARectangle& r = region->roi_rectangle;
    const int right = std::min((r.x + r.width + 15) / 16, columns);
    const int bottom = std::min((r.y + r.height + 15) / 16, rows);
    for (int y = std::max(r.y / 16, 0); y < bottom; ++y) {
      for (int x = std::max(r.x / 16, 0); x < right; ++x) {
        offsets[static_cast<size_t>(y) * columns + x] = region->roi_value;
      }
    }
  }
  return offsets;
}

VAStatus X264Encoder::Encode(const EncodeSettings& settings, const EncodeRequest& request,
                             Surface& input, Surface& reconstructed, Buffer& coded) {
  if (settings.width > input.width() || settings.height > input.height() || !Adapt(settings)) {
    return VA_STATUS_ERROR_ENCODING_ERROR;
  }
  std::vector<float> offsets = QpOffsets(request.regions);
  x264_picture_t in, out;
  x264_picture_init(&in);
  in.img.i_csp = X264_CSP_NV12;
  in.img.i_plane = 2;
  in.img.plane[0] = input.luma();
  in.img.plane[1] = input.chroma();
  in.img.i_stride[0] = in.img.i_stride[1] = input.pitch();
  in.i_pts = next_picture_++;
  in.i_type = request.idr ? X264_TYPE_IDR : request.intra ? X264_TYPE_I : X264_TYPE_P;
  if (settings.rate_control == VA_RC_CQP) in.i_qpplus1 = std::clamp(request.qp, 1, 51) + 1;
  if (!request.regions.empty()) in.prop.quant_offsets = offsets.data();
  x264_nal_t* nals = nullptr;
  int nal_count = 0;
  const int size = x264_encoder_encode(encoder_, &nals, &nal_count, &in, &out);
  if (size <= 0) return VA_STATUS_ERROR_ENCODING_ERROR;
  const int width = std::min(reconstructed.width(), settings.width);
  const int height = std::min(reconstructed.height(), settings.height);
  libyuv::CopyPlane(out.img.plane[0], out.img.i_stride[0], reconstructed.luma(),
                    reconstructed.pitch(), width, height);
  libyuv::CopyPlane(out.img.plane[1], out.img.i_stride[1], reconstructed.chroma(),
                    reconstructed.pitch(), (width + 1) & ~1, (height + 1) / 2);
  const bool fits = coded.SetCoded(nals[0].p_payload, static_cast<size_t>(size), out.i_qpplus1 - 1);
  return fits ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
}

}  // namespace softva
