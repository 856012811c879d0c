// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/h264_stream.h"

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

#include "base/check.h"
#include "media/h264_reader.h"

extern "C" {
#include <x264.h>
}

namespace continuo {
namespace {

struct Close {
  void operator()(x264_t* encoder) const { x264_encoder_close(encoder); }
};
using EncoderPtr = std::unique_ptr<x264_t, Close>;

void SetOptions(x264_param_t& parameters, const std::string& options) {
  std::istringstream list(options);
  for (std::string option; std::getline(list, option, ':');) {
    const size_t equals = option.find('=');
    const std::string name = option.substr(0, equals);
    const std::string value = equals == std::string::npos ? "1" : option.substr(equals + 1);
    CONTINUO_CHECK(x264_param_parse(&parameters, name.c_str(), value.c_str()) == 0);
  }
}

x264_param_t ParametersOf(const H264Style& style) {
  x264_param_t parameters;
  CONTINUO_CHECK(x264_param_default_preset(&parameters, "faster", style.tune) == 0);
  parameters.i_log_level = X264_LOG_NONE;
  parameters.i_threads = 1;
  parameters.b_sliced_threads = 0;
  parameters.b_deterministic = 1;
  parameters.i_width = style.size.width;
  parameters.i_height = style.size.height;
  parameters.i_csp = style.full_colour ? X264_CSP_I444 : X264_CSP_I420;
  parameters.i_fps_num = 25;
  parameters.i_fps_den = 1;
  parameters.i_keyint_max = style.key_every;
  parameters.i_keyint_min = style.key_every;
  parameters.i_scenecut_threshold = 0;
  parameters.rc.i_lookahead = 8;
  parameters.rc.i_rc_method = X264_RC_CRF;
  parameters.rc.f_rf_constant = 26;
  parameters.b_repeat_headers = 1;
  parameters.b_annexb = 1;
  SetOptions(parameters, style.options);
  CONTINUO_CHECK(x264_param_apply_profile(&parameters, style.profile) == 0);
  return parameters;
}

// Start codes of four bytes, as whoever assembles frames writes them.
std::vector<uint8_t> AccessUnit(const H264Style& style, ByteView bytes) {
  std::vector<uint8_t> unit;
  H264NalReader reader(bytes);
  while (const auto nal = reader.Next()) {
    unit.insert(unit.end(), {0, 0, 0, 1});
    unit.insert(unit.end(), nal->bytes.begin(), nal->bytes.end());
    if (nal->type() == H264NalType::kSps && style.unconstrained_baseline) {
      unit[unit.size() - nal->bytes.size() + 2] = 0;
    }
  }
  return unit;
}

// False when there was nothing to come out.
bool EncodeOne(const H264Style& style, x264_t* encoder, x264_picture_t* input, Stream& stream) {
  x264_nal_t* nals = nullptr;
  int count = 0;
  x264_picture_t output;
  const int bytes = x264_encoder_encode(encoder, &nals, &count, input, &output);
  CONTINUO_CHECK(bytes >= 0);
  if (bytes == 0) return false;
  OwnedEncodedFrame frame;
  frame.codec = VideoCodec::kH264;
  frame.rtp_timestamp = static_cast<uint32_t>(output.i_pts) * kTicksPerPicture;
  frame.payload = AccessUnit(style, {nals[0].p_payload, static_cast<size_t>(bytes)});
  frame.kind = H264FrameKind(frame.payload);
  stream.push_back(std::move(frame));
  return true;
}

}  // namespace

Stream EncodeH264(const H264Style& style) {
  x264_param_t parameters = ParametersOf(style);
  const EncoderPtr encoder(x264_encoder_open(&parameters));
  CONTINUO_CHECK(encoder != nullptr);
  Stream stream;
  TestPicture picture(style.size);
  for (int number = 1; number <= style.pictures; ++number) {
    DrawScene(static_cast<uint16_t>(number), style.light, picture);
    x264_picture_t input;
    x264_picture_init(&input);
    input.i_pts = number;
    input.img.i_csp = style.full_colour ? X264_CSP_I444 : X264_CSP_I420;
    input.img.i_plane = 3;
    for (size_t i = 0; i < 3; ++i) {
      const size_t plane = style.full_colour ? 0 : i;
      input.img.plane[i] = picture.view().planes[plane];
      input.img.i_stride[i] = picture.view().strides[plane];
    }
    EncodeOne(style, encoder.get(), &input, stream);
  }
  while (x264_encoder_delayed_frames(encoder.get()) > 0) {
    EncodeOne(style, encoder.get(), nullptr, stream);
  }
  return stream;
}

}  // namespace continuo
