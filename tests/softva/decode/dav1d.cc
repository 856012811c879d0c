// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/dav1d.h"

#include <libyuv/convert_from.h>
#include <libyuv/planar_functions.h>

#include <cstring>

namespace softva {
namespace {

constexpr uint8_t kNeutralChroma = 128;

}  // namespace

bool Dav1dFrame::CopyTo(Surface& surface) const {
  const auto [width, height, layout, bits] = picture_.p;
  if (picture_.data[0] == nullptr || bits != 8 || surface.fourcc() != VA_FOURCC_NV12 ||
      width > surface.width() || height > surface.height()) {
    return false;
  }
  const auto* const* planes = reinterpret_cast<uint8_t* const*>(picture_.data);
  const auto luma_stride = static_cast<int>(picture_.stride[0]);
  const auto chroma_stride = static_cast<int>(picture_.stride[1]);
  if (layout == DAV1D_PIXEL_LAYOUT_I420) {
    libyuv::I420ToNV12(planes[0], luma_stride, planes[1], chroma_stride, planes[2], chroma_stride,
                       surface.luma(), surface.pitch(), surface.chroma(), surface.pitch(), width,
                       height);
    return true;
  }
  if (layout != DAV1D_PIXEL_LAYOUT_I400) return false;
  libyuv::CopyPlane(planes[0], luma_stride, surface.luma(), surface.pitch(), width, height);
  libyuv::SetPlane(surface.chroma(), surface.pitch(), (width + 1) / 2 * 2, (height + 1) / 2,
                   kNeutralChroma);
  return true;
}

std::unique_ptr<Dav1d> Dav1d::Open() {
  Dav1dSettings settings;
  dav1d_default_settings(&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.apply_grain = 0;
  settings.all_layers = 0;
  settings.output_invisible_frames = 1;
  settings.frame_size_limit = kMaxPictureSide * kMaxPictureSide;
  settings.logger.callback = nullptr;
  std::unique_ptr<Dav1d> dav1d(new Dav1d);
  if (dav1d_open(&dav1d->context_, &settings) < 0) return nullptr;
  return dav1d;
}

Dav1d::~Dav1d() {
  if (context_ != nullptr) dav1d_close(&context_);
}

bool Dav1d::Decode(std::span<const uint8_t> unit, Dav1dFrame* frame) {
  Dav1dData data{};
  uint8_t* bytes = dav1d_data_create(&data, unit.size());
  if (bytes == nullptr) return false;
  std::memcpy(bytes, unit.data(), unit.size());
  const int sent = dav1d_send_data(context_, &data);
  dav1d_data_unref(&data);
  return sent == 0 && dav1d_get_picture(context_, frame->get()) == 0;
}

bool Dav1d::ApplyGrain(Dav1dFrame& frame, Dav1dFrame* grained) {
  return dav1d_apply_grain(context_, grained->get(), frame.get()) == 0;
}

}  // namespace softva
