// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <span>

namespace continuo {

// Tells a session which VASurfaces are behind the frames that we hand it: a frame's MemId is the
// address of its VASurfaceID. A decoder gets those of its pool. What the runtime wants for its own
// use it is left to allocate itself, and the CPU never maps a frame. Outlives its session.
class VplFrameAllocator {
 public:
  // Of an encoder: frames are shown to it one by one.
  VplFrameAllocator() : VplFrameAllocator(std::span<mfxMemId>()) {}
  // Of a decoder, into these.
  explicit VplFrameAllocator(std::span<mfxMemId> pool);
  VplFrameAllocator(const VplFrameAllocator&) = delete;
  VplFrameAllocator& operator=(const VplFrameAllocator&) = delete;

  mfxStatus Attach(mfxSession session) {
    return MFXVideoCORE_SetFrameAllocator(session, &callbacks_);
  }

 private:
  static mfxStatus Allocate(mfxHDL self, mfxFrameAllocRequest* request,
                            mfxFrameAllocResponse* response);
  static mfxStatus Map(mfxHDL, mfxMemId, mfxFrameData*) { return MFX_ERR_UNSUPPORTED; }
  static mfxStatus HandleOf(mfxHDL, mfxMemId id, mfxHDL* handle) {
    *handle = id;
    return MFX_ERR_NONE;
  }
  static mfxStatus Free(mfxHDL, mfxFrameAllocResponse*) { return MFX_ERR_NONE; }

  const std::span<mfxMemId> pool_;
  mfxFrameAllocator callbacks_{};
};

}  // namespace continuo
