// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_surface_pool.h"

#include <utility>

#include "hwaccel/vaapi/vaapi_objects.h"

namespace continuo {
namespace {

PixelSize SizeOf(const mfxFrameInfo& info) { return {info.Width, info.Height}; }

}  // namespace

VplSurfacePool::Slot::Slot(VplSurfacePool& pool, const Device& device, VaSurface memory,
                           const mfxFrameInfo& info)
    : pool_(pool),
      memory_(std::move(memory)),
      id_(memory_.id()),
      surface_(device, id_, SizeOf(info)) {
  frame_.Info = info;
  frame_.Data.MemId = &id_;
}

Result<VplSurfacePool::Share> VplSurfacePool::Create(const Device& device,
                                                     const VaapiDisplay& display,
                                                     const mfxFrameInfo& info, size_t count) {
  Share pool(new VplSurfacePool);
  for (size_t i = 0; i < count; ++i) {
    auto memory = CreateVaSurface(display.handle(), SizeOf(info), VA_FOURCC_NV12);
    if (!memory) return tl::unexpected(std::move(memory.error()));
    pool->slots_.push_back(std::make_unique<Slot>(*pool, device, *std::move(memory), info));
    pool->memory_ids_.push_back(pool->slots_.back()->memory_id());
  }
  return pool;
}

VplSurfacePool::Slot* VplSurfacePool::FindFree() {
  for (const auto& slot : slots_) {
    // Acquire: whoever returned it has read it for the last time.
    if (slot->frame_.Data.Locked == 0 && !slot->taken_.load(std::memory_order_acquire)) {
      return slot.get();
    }
  }
  return nullptr;
}

VplSurfacePool::Slot* VplSurfacePool::Of(const mfxFrameSurface1* frame) {
  for (const auto& slot : slots_) {
    if (slot->frame() == frame) return slot.get();
  }
  return nullptr;
}

void VplSurfacePool::Take(Slot& slot) {
  users_.fetch_add(1, std::memory_order_relaxed);
  slot.taken_.store(true, std::memory_order_relaxed);
}

void VplSurfacePool::Return(Slot& slot) {
  const CallWatch::Call call(&slot.surface_.device().calls());
  VplSurfacePool& pool = slot.pool_;
  slot.taken_.store(false, std::memory_order_release);
  pool.Release();
}

void VplSurfacePool::Release() {
  if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace continuo
