// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <atomic>
#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/device.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_surface.h"

namespace continuo {

// The VASurfaces that one stream is decoded into, as oneVPL sees them and as the compositor does.
// Made once, with room for the runtime's references and for the pictures that are out. Its decoder
// shares it with those pictures, the last of which frees it: pictures outlive their decoder.
class VplSurfacePool {
 public:
  class Slot {
   public:
    Slot(VplSurfacePool& pool, const Device& device, VaSurface memory, const mfxFrameInfo& info);

    mfxFrameSurface1* frame() { return &frame_; }
    const VaapiSurface& surface() const { return surface_; }
    // What oneVPL calls it by: where its VASurfaceID is.
    mfxMemId memory_id() { return &id_; }

   private:
    friend class VplSurfacePool;
    VplSurfacePool& pool_;
    const VaSurface memory_;
    VASurfaceID id_;
    VaapiSurface surface_;
    mfxFrameSurface1 frame_{};
    std::atomic<bool> taken_{false};
  };

  // The decoder's share.
  struct Leave {
    void operator()(VplSurfacePool* pool) const { pool->Release(); }
  };
  using Share = std::unique_ptr<VplSurfacePool, Leave>;

  static Result<Share> Create(const Device& device, const VaapiDisplay& display,
                              const mfxFrameInfo& info, size_t count);

  // What oneVPL calls them by, as long as this lives.
  std::vector<mfxMemId>& memory_ids() { return memory_ids_; }
  // One that neither the runtime nor anybody else reads; null when there is none. Decoder only.
  Slot* FindFree();
  // The slot behind a frame that the runtime gave out.
  Slot* Of(const mfxFrameSurface1* frame);
  // Keeps the picture in it until Return(), with a share of the pool.
  void Take(Slot& slot);
  // Any thread.
  static void Return(Slot& slot);
  // How many are taken.
  int taken() const { return users_.load(std::memory_order_relaxed) - 1; }

 private:
  VplSurfacePool() = default;
  ~VplSurfacePool() = default;
  void Release();

  std::atomic<int> users_{1};
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<mfxMemId> memory_ids_;
};

}  // namespace continuo
