// SPDX-License-Identifier: Apache-2.0
#include "softva/calls/picture_calls.h"

#include <memory>
#include <utility>

#include "softva/calls/call.h"

namespace softva {
namespace {

VAStatus CreateContext(Driver& driver, VAConfigID config_id, int width, int height, int,
                       VASurfaceID* targets, int count, VAContextID* id) {
  const auto config = driver.configs().Find(config_id);
  if (config == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONFIG, "CreateContext: no such config");
  }
  if (width > kMaxPictureSide || height > kMaxPictureSide) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  for (int i = 0; i < count; ++i) {
    if (driver.surfaces().Find(targets[i]) != nullptr) continue;
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                   "CreateContext: no such surface");
  }
  auto context = MakeContext(driver, *config);
  if (context == nullptr) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  *id = driver.contexts().Add(std::move(context));
  return VA_STATUS_SUCCESS;
}

VAStatus DestroyContext(Driver& driver, VAContextID id) {
  if (driver.contexts().Remove(id) != nullptr) return VA_STATUS_SUCCESS;
  if (id == VA_INVALID_ID) return VA_STATUS_ERROR_INVALID_CONTEXT;  // libmfx-gen does
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONTEXT,
                                 "DestroyContext: no such context");
}

VAStatus BeginPicture(Driver& driver, VAContextID context_id, VASurfaceID surface_id) {
  const auto context = driver.contexts().Find(context_id);
  auto surface = driver.surfaces().Find(surface_id);
  if (context == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONTEXT,
                                   "BeginPicture: no such context");
  }
  if (surface == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                   "BeginPicture: no such surface");
  }
  return context->Begin(surface_id, std::move(surface));
}

VAStatus RenderPicture(Driver& driver, VAContextID context_id, VABufferID* ids, int count) {
  const auto context = driver.contexts().Find(context_id);
  if (context == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONTEXT,
                                   "RenderPicture: no such context");
  }
  for (int i = 0; i < count; ++i) {
    const auto buffer = driver.buffers().Find(ids[i]);
    if (buffer == nullptr) {
      return driver.journal().Reject(VA_STATUS_ERROR_INVALID_BUFFER,
                                     "RenderPicture: no such buffer");
    }
    const VAStatus status = context->Render(*buffer);
    if (status != VA_STATUS_SUCCESS) return status;
  }
  return VA_STATUS_SUCCESS;
}

VAStatus EndPicture(Driver& driver, VAContextID context_id) {
  const auto context = driver.contexts().Find(context_id);
  if (context == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONTEXT, "EndPicture: no such context");
  }
  return context->End();
}

}  // namespace

void FillPictureCalls(VADriverVTable* table) {
  table->vaCreateContext = Call<"CreateContext", CreateContext>::Enter;
  table->vaDestroyContext = Call<"DestroyContext", DestroyContext>::Enter;
  table->vaBeginPicture = Call<"BeginPicture", BeginPicture>::Enter;
  table->vaRenderPicture = Call<"RenderPicture", RenderPicture>::Enter;
  table->vaEndPicture = Call<"EndPicture", EndPicture>::Enter;
}

}  // namespace softva
