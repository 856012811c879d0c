// SPDX-License-Identifier: Apache-2.0
#include "softva/calls/buffer_calls.h"

#include <memory>
#include <string_view>
#include <utility>

#include "softva/calls/call.h"
#include "softva/calls/surface_access.h"

namespace softva {
namespace {

// More than any parameters or bitstream need.
constexpr uint64_t kMaxBufferSize = uint64_t{256} << 20;

VAStatus CreateBuffer(Driver& driver, VAContextID context, VABufferType type, unsigned int size,
                      unsigned int count, void* bytes, VABufferID* id) {
  if (driver.contexts().Find(context) == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONTEXT,
                                   "CreateBuffer: no such context");
  }
  const uint64_t total = uint64_t{size} * count;
  if (total == 0 || total > kMaxBufferSize) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "CreateBuffer: size");
  }
  *id = driver.buffers().Add(std::make_shared<Buffer>(type, size, count, bytes));
  return VA_STATUS_SUCCESS;
}

VAStatus BufferSetNumElements(Driver& driver, VABufferID id, unsigned int count) {
  const auto buffer = driver.buffers().Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  return buffer->SetCount(count) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_PARAMETER;
}

std::string_view KindOf(const Buffer& buffer) {
  if (buffer.surface() != nullptr) return "surface";
  if (buffer.type() == VAImageBufferType) return "image";
  return buffer.type() == VAEncCodedBufferType ? "coded" : "parameters";
}

VAStatus MapBuffer(Driver& driver, VABufferID id, void** memory) {
  const auto buffer = driver.buffers().Find(id);
  if (buffer == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_BUFFER, "MapBuffer: no such buffer");
  }
  driver.journal().CountMap(KindOf(*buffer));
  if (buffer->surface() != nullptr) LetProgramRead(driver, *buffer->surface(), "MapBuffer");
  if (buffer->type() == VAEncCodedBufferType) driver.queue().Wait(buffer->ticket());
  *memory = buffer->Map();
  return VA_STATUS_SUCCESS;
}

VAStatus UnmapBuffer(Driver& driver, VABufferID id) {
  const auto buffer = driver.buffers().Find(id);
  if (buffer != nullptr && buffer->Unmap()) return VA_STATUS_SUCCESS;
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_BUFFER, "UnmapBuffer: not mapped");
}

VAStatus DestroyBuffer(Driver& driver, VABufferID id) {
  if (driver.buffers().Remove(id) != nullptr) return VA_STATUS_SUCCESS;
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_BUFFER, "DestroyBuffer: no such buffer");
}

VAStatus SyncBuffer(Driver& driver, VABufferID id, uint64_t timeout_ns) {
  if (const auto buffer = driver.buffers().Find(id)) {
    const bool done = driver.queue().Wait(buffer->ticket(), timeout_ns);
    return done ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_TIMEDOUT;
  }
  // Programs find out with an invalid id whether there is such a call.
  if (id == VA_INVALID_ID) return VA_STATUS_ERROR_INVALID_BUFFER;
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_BUFFER, "SyncBuffer: no such buffer");
}

VAStatus BufferInfo(Driver& driver, VABufferID id, VABufferType* type, unsigned int* size,
                    unsigned int* count) {
  const auto buffer = driver.buffers().Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  *type = buffer->type();
  *size = buffer->element_size();
  *count = buffer->count();
  return VA_STATUS_SUCCESS;
}

}  // namespace

void FillBufferCalls(VADriverVTable* table) {
  table->vaCreateBuffer = Call<"CreateBuffer", CreateBuffer>::Enter;
  table->vaBufferSetNumElements = Call<"BufferSetNumElements", BufferSetNumElements>::Enter;
  table->vaMapBuffer = Call<"MapBuffer", MapBuffer>::Enter;
  table->vaUnmapBuffer = Call<"UnmapBuffer", UnmapBuffer>::Enter;
  table->vaDestroyBuffer = Call<"DestroyBuffer", DestroyBuffer>::Enter;
  table->vaSyncBuffer = Call<"SyncBuffer", SyncBuffer>::Enter;
  table->vaBufferInfo = Call<"BufferInfo", BufferInfo>::Enter;
}

}  // namespace softva
