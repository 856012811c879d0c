// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_frame_allocator.h"

namespace continuo {

VplFrameAllocator::VplFrameAllocator(std::span<mfxMemId> pool) : pool_(pool) {
  callbacks_.pthis = this;
  callbacks_.Alloc = &VplFrameAllocator::Allocate;
  callbacks_.Lock = &VplFrameAllocator::Map;
  callbacks_.Unlock = &VplFrameAllocator::Map;
  callbacks_.GetHDL = &VplFrameAllocator::HandleOf;
  callbacks_.Free = &VplFrameAllocator::Free;
}

mfxStatus VplFrameAllocator::Allocate(mfxHDL self, mfxFrameAllocRequest* request,
                                      mfxFrameAllocResponse* response) {
  const std::span<mfxMemId> pool = static_cast<VplFrameAllocator*>(self)->pool_;
  constexpr mfxU16 kOurs = MFX_MEMTYPE_EXTERNAL_FRAME | MFX_MEMTYPE_FROM_DECODE;
  // This makes the runtime fall back to its own allocator.
  if ((request->Type & kOurs) != kOurs || request->NumFrameMin > pool.size()) {
    return MFX_ERR_UNSUPPORTED;
  }
  response->mids = pool.data();
  response->NumFrameActual = static_cast<mfxU16>(pool.size());
  return MFX_ERR_NONE;
}

}  // namespace continuo
