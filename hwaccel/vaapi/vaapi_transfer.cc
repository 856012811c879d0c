// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_transfer.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <libyuv/planar_functions.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "hwaccel/blend_plane.h"
#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {
namespace {

// A surface has whole pairs of rows and columns; what is beyond an odd picture is never drawn.
PixelSize EvenSize(PixelSize size) { return {(size.width + 1) & ~1, (size.height + 1) & ~1}; }

struct Nv12 {
  uint8_t* luma;
  uint8_t* chroma;
  int luma_stride;
  int chroma_stride;
};

Nv12 PlanesOf(const VaMapping& mapping, const VAImage& layout) {
  return {mapping.bytes() + layout.offsets[0], mapping.bytes() + layout.offsets[1],
          static_cast<int>(layout.pitches[0]), static_cast<int>(layout.pitches[1])};
}

Status PutWhole(VADisplay display, const VaImage& image, const VaapiPicture& to) {
  const auto width = static_cast<unsigned>(to.surface().size().width);
  const auto height = static_cast<unsigned>(to.surface().size().height);
  return CheckVa(vaPutImage(display, to.id(), image.layout().image_id, 0, 0, width, height, 0, 0,
                            width, height),
                 "vaPutImage");
}

}  // namespace

Status VaapiTransfer::Grow(PixelSize size) {
  if (image_.size().width >= size.width && image_.size().height >= size.height) return {};
  const PixelSize larger{std::max(size.width, image_.size().width),
                         std::max(size.height, image_.size().height)};
  auto image = VaImage::Create(display_, larger, VA_FOURCC_NV12);
  if (!image) return tl::unexpected(std::move(image.error()));
  image_ = *std::move(image);
  return {};
}

Status VaapiTransfer::Get(VASurfaceID surface, PixelRect rect) {
  if (auto grown = Grow(rect.size()); !grown) return grown;
  // A picture that its sender damaged is shown as it is, as by a driver that scales it.
  const VAStatus synced = vaSyncSurface(display_, surface);
  if (synced != VA_STATUS_SUCCESS && synced != VA_STATUS_ERROR_DECODING_ERROR) {
    return FailVa(synced, "vaSyncSurface");
  }
  return CheckVa(vaGetImage(display_, surface, rect.x, rect.y, static_cast<unsigned>(rect.width),
                            static_cast<unsigned>(rect.height), image_.layout().image_id),
                 "vaGetImage");
}

Status VaapiTransfer::Put(const VaapiPicture& to) { return PutWhole(display_, image_, to); }

Status VaapiTransfer::Upload(const I420View& picture, const VaapiPicture& to) {
  if (auto grown = Grow(to.surface().size()); !grown) return grown;
  {
    const auto mapping = VaMapping::Create(display_, image_.layout().buf);
    if (!mapping) return tl::unexpected(mapping.error());
    const Nv12 planes = PlanesOf(*mapping, image_.layout());
    libyuv::I420ToNV12(picture.planes[0], picture.strides[0], picture.planes[1], picture.strides[1],
                       picture.planes[2], picture.strides[2], planes.luma, planes.luma_stride,
                       planes.chroma, planes.chroma_stride, picture.size.width,
                       picture.size.height);
  }
  return Put(to);
}

Status VaapiTransfer::Download(VASurfaceID surface, const MutableI420View& to) {
  const PixelSize size = EvenSize(to.size);
  if (auto got = Get(surface, {0, 0, size.width, size.height}); !got) return got;
  const auto mapping = VaMapping::Create(display_, image_.layout().buf);
  if (!mapping) return tl::unexpected(mapping.error());
  const Nv12 from = PlanesOf(*mapping, image_.layout());
  libyuv::NV12ToI420(from.luma, from.luma_stride, from.chroma, from.chroma_stride, to.planes[0],
                     to.strides[0], to.planes[1], to.strides[1], to.planes[2], to.strides[2],
                     to.size.width, to.size.height);
  return {};
}

Status VaapiTransfer::Blend(PixelPoint top_left, const Overlay& overlay, VASurfaceID canvas,
                            const VaapiPicture& to) {
  const PixelSize size = overlay.size();
  const PixelRect rect{top_left.x, top_left.y, size.width, size.height};
  if (auto grown = Grow(to.surface().size()); !grown) return grown;
  if (auto got = Get(canvas, rect); !got) return got;
  {
    const auto mapping = VaMapping::Create(display_, image_.layout().buf);
    if (!mapping) return tl::unexpected(mapping.error());
    const Nv12 part = PlanesOf(*mapping, image_.layout());
    const PixelSize chroma{size.width / 2, size.height / 2};
    BlendPlane(overlay.luma(), overlay.alpha(), size, {part.luma, part.luma_stride, 1});
    BlendPlane(overlay.u(), overlay.chroma_alpha(), chroma, {part.chroma, part.chroma_stride, 2});
    BlendPlane(overlay.v(), overlay.chroma_alpha(), chroma,
               {part.chroma + 1, part.chroma_stride, 2});
  }
  return Put(to);
}

Status VaapiTransfer::Fill(const VaapiPicture& to, YuvColor color) {
  const PixelSize size = to.surface().size();
  if (auto grown = Grow(size); !grown) return grown;
  {
    const auto mapping = VaMapping::Create(display_, image_.layout().buf);
    if (!mapping) return tl::unexpected(mapping.error());
    const Nv12 planes = PlanesOf(*mapping, image_.layout());
    libyuv::SetPlane(planes.luma, planes.luma_stride, size.width, size.height, color.y);
    for (int y = 0; y < size.height / 2; ++y) {
      uint8_t* const row = planes.chroma + static_cast<ptrdiff_t>(y) * planes.chroma_stride;
      for (int x = 0; x < size.width; x += 2) {
        row[x] = color.u;
        row[x + 1] = color.v;
      }
    }
  }
  return Put(to);
}

Status UploadOverlay(const VaapiDisplay& display, const Overlay& overlay, const VaapiPicture& to) {
  const auto image = VaImage::Create(display.handle(), to.surface().size(), VA_FOURCC_BGRA);
  if (!image) return tl::unexpected(image.error());
  const VAImage& layout = image->layout();
  {
    const auto mapping = VaMapping::Create(display.handle(), layout.buf);
    if (!mapping) return tl::unexpected(mapping.error());
    const auto row_bytes = static_cast<size_t>(overlay.size().width) * 4;
    for (int y = 0; y < overlay.size().height; ++y) {
      std::memcpy(mapping->bytes() + layout.offsets[0] + static_cast<size_t>(y) * layout.pitches[0],
                  overlay.argb() + static_cast<size_t>(y) * row_bytes, row_bytes);
    }
  }
  return PutWhole(display.handle(), *image, to);
}

}  // namespace continuo
