// SPDX-License-Identifier: Apache-2.0
#include "softva/calls/surface_calls.h"

#include <fcntl.h>
#include <va/va_drmcommon.h>

#include <algorithm>
#include <vector>

#include "softva/calls/call.h"

namespace softva {
namespace {

// drm_fourcc.h, which not every machine has installed.
constexpr uint32_t DrmFourcc(char a, char b, char c, char d) {
  return static_cast<uint32_t>(a) | static_cast<uint32_t>(b) << 8 | static_cast<uint32_t>(c) << 16 |
         static_cast<uint32_t>(d) << 24;
}
constexpr uint32_t kDrmR8 = DrmFourcc('R', '8', ' ', ' ');
constexpr uint32_t kDrmGr88 = DrmFourcc('G', 'R', '8', '8');
constexpr uint32_t kDrmNv12 = DrmFourcc('N', 'V', '1', '2');
constexpr uint32_t kDrmArgb8888 = DrmFourcc('A', 'R', '2', '4');

// The pixel format that the arguments of vaCreateSurfaces ask for; 0 for none that there is.
uint32_t ReadFourcc(unsigned int format, const VASurfaceAttrib* attributes, unsigned int count) {
  uint32_t fourcc = 0;
  if ((format & VA_RT_FORMAT_YUV420) != 0) fourcc = VA_FOURCC_NV12;
  if ((format & VA_RT_FORMAT_RGB32) != 0) fourcc = VA_FOURCC_BGRA;
  for (unsigned int i = 0; i < count; ++i) {
    if (attributes[i].type != VASurfaceAttribPixelFormat) continue;
    fourcc = static_cast<uint32_t>(attributes[i].value.value.i);
  }
  return fourcc == VA_FOURCC_NV12 || fourcc == VA_FOURCC_BGRA ? fourcc : 0;
}

bool WantsForeignMemory(const VASurfaceAttrib* attributes, unsigned int count) {
  return std::any_of(attributes, attributes + count, [](const VASurfaceAttrib& a) {
    return a.type == VASurfaceAttribMemoryType && a.value.value.i != VA_SURFACE_ATTRIB_MEM_TYPE_VA;
  });
}

VAStatus CreateSurfaces2(Driver& driver, unsigned int format, unsigned int width,
                         unsigned int height, VASurfaceID* ids, unsigned int count,
                         VASurfaceAttrib* attributes, unsigned int attribute_count) {
  if (WantsForeignMemory(attributes, attribute_count)) {
    return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
  }
  const uint32_t fourcc = ReadFourcc(format, attributes, attribute_count);
  if (fourcc == 0) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
  if (width == 0 || height == 0 || width > kMaxPictureSide || height > kMaxPictureSide) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  for (unsigned int i = 0; i < count; ++i) {
    auto surface = Surface::Create(fourcc, static_cast<int>(width), static_cast<int>(height));
    if (surface == nullptr) {
      while (i > 0) driver.surfaces().Remove(ids[--i]);
      return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    ids[i] = driver.surfaces().Add(std::move(surface));
  }
  return VA_STATUS_SUCCESS;
}

VAStatus CreateSurfaces(Driver& driver, int width, int height, int format, int count,
                        VASurfaceID* ids) {
  if (width < 0 || height < 0 || count < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
  return CreateSurfaces2(driver, static_cast<unsigned int>(format),
                         static_cast<unsigned int>(width), static_cast<unsigned int>(height), ids,
                         static_cast<unsigned int>(count), nullptr, 0);
}

VAStatus DestroySurfaces(Driver& driver, VASurfaceID* ids, int count) {
  VAStatus status = VA_STATUS_SUCCESS;
  for (int i = 0; i < count; ++i) {
    if (driver.surfaces().Remove(ids[i]) != nullptr) continue;
    status = driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                     "DestroySurfaces: no such surface");
  }
  return status;
}

VASurfaceAttrib IntegerAttribute(VASurfaceAttribType type, uint32_t flags, uint32_t value) {
  VASurfaceAttrib attribute{};
  attribute.type = type;
  attribute.flags = flags;
  attribute.value.type = VAGenericValueTypeInteger;
  attribute.value.value.i = static_cast<int>(value);
  return attribute;
}

std::vector<VASurfaceAttrib> SurfaceAttributes(VAEntrypoint entrypoint) {
  constexpr uint32_t kGet = VA_SURFACE_ATTRIB_GETTABLE;
  constexpr uint32_t kBoth = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE;
  std::vector<VASurfaceAttrib> all = {
      IntegerAttribute(VASurfaceAttribPixelFormat, kBoth, VA_FOURCC_NV12),
      IntegerAttribute(VASurfaceAttribMinWidth, kGet, 16),
      IntegerAttribute(VASurfaceAttribMinHeight, kGet, 16),
      IntegerAttribute(VASurfaceAttribMaxWidth, kGet, kMaxPictureSide),
      IntegerAttribute(VASurfaceAttribMaxHeight, kGet, kMaxPictureSide),
      IntegerAttribute(VASurfaceAttribMemoryType, kBoth, VA_SURFACE_ATTRIB_MEM_TYPE_VA),
  };
  if (entrypoint == VAEntrypointVideoProc) {
    all.push_back(IntegerAttribute(VASurfaceAttribPixelFormat, kBoth, VA_FOURCC_BGRA));
  }
  return all;
}

VAStatus QuerySurfaceAttributes(Driver& driver, VAConfigID id, VASurfaceAttrib* attributes,
                                unsigned int* count) {
  const auto config = driver.configs().Find(id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  const auto all = SurfaceAttributes(config->entrypoint);
  const unsigned int room = *count;
  *count = static_cast<unsigned int>(all.size());
  if (attributes == nullptr) return VA_STATUS_SUCCESS;
  if (room < all.size()) return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
  std::ranges::copy(all, attributes);
  return VA_STATUS_SUCCESS;
}

// The last work that has to do with a surface.
uint64_t LastTicket(Surface& surface) {
  return std::max(surface.use().written.load(), surface.use().read.load());
}

VAStatus SyncSurface2(Driver& driver, VASurfaceID id, uint64_t timeout_ns) {
  const auto surface = driver.surfaces().Find(id);
  if (surface == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE, "SyncSurface: no such surface");
  }
  if (driver.options().personality == Personality::kIntel) surface->WaitPrepared();
  const uint64_t ticket = LastTicket(*surface);
  if (!driver.queue().Wait(ticket, timeout_ns)) return VA_STATUS_ERROR_TIMEDOUT;
  surface->use().waited_for = ticket;
  return surface->use().status;
}

VAStatus SyncSurface(Driver& driver, VASurfaceID id) {
  return SyncSurface2(driver, id, VA_TIMEOUT_INFINITE);
}

VAStatus QuerySurfaceStatus(Driver& driver, VASurfaceID id, VASurfaceStatus* status) {
  const auto surface = driver.surfaces().Find(id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  const uint64_t ticket = LastTicket(*surface);
  driver.queue().Request(ticket);
  const bool ready = driver.queue().Done(ticket);
  if (ready) surface->use().waited_for = ticket;
  *status = ready ? VASurfaceReady : VASurfaceRendering;
  return VA_STATUS_SUCCESS;
}

VAStatus QuerySurfaceError(Driver& driver, VASurfaceID id, VAStatus, void** error) {
  static VASurfaceDecodeMBErrors none[] = {{.status = -1}};
  *error = none;
  return driver.surfaces().Find(id) != nullptr ? VA_STATUS_SUCCESS
                                               : VA_STATUS_ERROR_INVALID_SURFACE;
}

// The planes as one layer of the whole format, or as one layer each.
void DescribeLayers(const Surface& surface, bool composed, VADRMPRIMESurfaceDescriptor* to) {
  const bool nv12 = surface.fourcc() == VA_FOURCC_NV12;
  const uint32_t planes = nv12 ? 2 : 1;
  to->num_layers = composed ? 1 : planes;
  for (uint32_t plane = 0; plane < planes; ++plane) {
    auto& layer = to->layers[composed ? 0 : plane];
    const uint32_t i = composed ? plane : 0;
    layer.num_planes = i + 1;
    layer.offset[i] = plane == 0 ? 0 : static_cast<uint32_t>(surface.chroma_offset());
    layer.pitch[i] = static_cast<uint32_t>(surface.pitch());
    layer.drm_format = !nv12 ? kDrmArgb8888 : composed ? kDrmNv12 : plane == 0 ? kDrmR8 : kDrmGr88;
  }
}

VAStatus ExportSurfaceHandle(Driver& driver, VASurfaceID id, uint32_t memory_type, uint32_t flags,
                             void* descriptor) {
  const auto surface = driver.surfaces().Find(id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (memory_type != VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2) {
    return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
  }
  const int fd = fcntl(surface->fd(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  auto* to = static_cast<VADRMPRIMESurfaceDescriptor*>(descriptor);
  *to = {};
  to->fourcc = surface->fourcc();
  to->width = static_cast<uint32_t>(surface->width());
  to->height = static_cast<uint32_t>(surface->height());
  to->num_objects = 1;
  to->objects[0].fd = fd;
  to->objects[0].size = static_cast<uint32_t>(surface->size());
  to->objects[0].drm_format_modifier = 0;  // DRM_FORMAT_MOD_LINEAR
  DescribeLayers(*surface, (flags & VA_EXPORT_SURFACE_COMPOSED_LAYERS) != 0, to);
  return VA_STATUS_SUCCESS;
}

}  // namespace

void FillSurfaceCalls(VADriverVTable* table) {
  table->vaCreateSurfaces = Call<"CreateSurfaces", CreateSurfaces>::Enter;
  table->vaCreateSurfaces2 = Call<"CreateSurfaces2", CreateSurfaces2>::Enter;
  table->vaDestroySurfaces = Call<"DestroySurfaces", DestroySurfaces>::Enter;
  table->vaQuerySurfaceAttributes = Call<"QuerySurfaceAttributes", QuerySurfaceAttributes>::Enter;
  table->vaSyncSurface = Call<"SyncSurface", SyncSurface>::Enter;
  table->vaSyncSurface2 = Call<"SyncSurface2", SyncSurface2>::Enter;
  table->vaQuerySurfaceStatus = Call<"QuerySurfaceStatus", QuerySurfaceStatus>::Enter;
  table->vaQuerySurfaceError = Call<"QuerySurfaceError", QuerySurfaceError>::Enter;
  table->vaExportSurfaceHandle = Call<"ExportSurfaceHandle", ExportSurfaceHandle>::Enter;
}

}  // namespace softva
