// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_objects.h"

#include <cstring>

#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {
namespace {

VAImageFormat FormatOf(uint32_t fourcc) {
  VAImageFormat format{};
  format.fourcc = fourcc;
  format.byte_order = VA_LSB_FIRST;
  if (fourcc == VA_FOURCC_BGRA) {
    format.bits_per_pixel = 32;
    format.depth = 32;
    format.red_mask = 0x00ff0000;
    format.green_mask = 0x0000ff00;
    format.blue_mask = 0x000000ff;
    format.alpha_mask = 0xff000000;
  } else {
    format.bits_per_pixel = 12;
  }
  return format;
}

}  // namespace

VAStatus DestroyVaSurface(VADisplay display, VASurfaceID surface) {
  return vaDestroySurfaces(display, &surface, 1);
}

Result<VaConfig> CreateVaConfig(VADisplay display, VAProfile profile, VAEntrypoint entrypoint,
                                std::span<VAConfigAttrib> attributes) {
  VAConfigID id = VA_INVALID_ID;
  const VAStatus status = vaCreateConfig(display, profile, entrypoint, attributes.data(),
                                         static_cast<int>(attributes.size()), &id);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaCreateConfig");
  return VaConfig(display, id);
}

Result<VaContext> CreateVaContext(const VaConfig& config, PixelSize size,
                                  std::span<VASurfaceID> targets) {
  VAContextID id = VA_INVALID_ID;
  const VAStatus status =
      vaCreateContext(config.display(), config.id(), size.width, size.height, VA_PROGRESSIVE,
                      targets.data(), static_cast<int>(targets.size()), &id);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaCreateContext");
  return VaContext(config.display(), id);
}

Result<VaSurface> CreateVaSurface(VADisplay display, PixelSize size, uint32_t fourcc) {
  VASurfaceAttrib format{};
  format.type = VASurfaceAttribPixelFormat;
  format.flags = VA_SURFACE_ATTRIB_SETTABLE;
  format.value.type = VAGenericValueTypeInteger;
  format.value.value.i = static_cast<int>(fourcc);
  const unsigned kind = fourcc == VA_FOURCC_BGRA ? VA_RT_FORMAT_RGB32 : VA_RT_FORMAT_YUV420;
  VASurfaceID id = VA_INVALID_SURFACE;
  const VAStatus status = vaCreateSurfaces(display, kind, static_cast<unsigned>(size.width),
                                           static_cast<unsigned>(size.height), &id, 1, &format, 1);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaCreateSurfaces");
  return VaSurface(display, id);
}

Result<VaBuffer> CreateVaBuffer(const VaContext& context, VABufferType type, size_t size,
                                const void* bytes) {
  VABufferID id = VA_INVALID_ID;
  // libva only reads; its type has no const.
  const VAStatus status =
      vaCreateBuffer(context.display(), context.id(), type, static_cast<unsigned>(size), 1,
                     const_cast<void*>(bytes), &id);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaCreateBuffer");
  return VaBuffer(context.display(), id);
}

Result<VaImage> VaImage::Create(VADisplay display, PixelSize size, uint32_t fourcc) {
  VAImageFormat format = FormatOf(fourcc);
  VAImage layout{};
  const VAStatus status = vaCreateImage(display, &format, size.width, size.height, &layout);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaCreateImage");
  return VaImage(display, layout);
}

Result<VaMapping> VaMapping::Create(VADisplay display, VABufferID buffer) {
  void* memory = nullptr;
  const VAStatus status = vaMapBuffer(display, buffer, &memory);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaMapBuffer");
  if (memory == nullptr) {
    vaUnmapBuffer(display, buffer);
    return Fail(ErrorCode::kDeviceFailed, "vaMapBuffer gave no memory");
  }
  return VaMapping(display, buffer, memory);
}

Status OverwriteVaBuffer(const VaBuffer& buffer, const void* bytes, size_t size) {
  auto mapping = VaMapping::Create(buffer.display(), buffer.id());
  if (!mapping) return tl::unexpected(std::move(mapping.error()));
  std::memcpy(mapping->memory(), bytes, size);
  return {};
}

}  // namespace continuo
