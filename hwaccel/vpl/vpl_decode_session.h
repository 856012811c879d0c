// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "hwaccel/vpl/vpl_frame_allocator.h"
#include "hwaccel/vpl/vpl_parts.h"
#include "hwaccel/vpl/vpl_runtime.h"
#include "hwaccel/vpl/vpl_surface_pool.h"

namespace continuo {

// One run of oneVPL's H.264 decoder over a stream: from a key frame to the next one that changes
// the parameters, or to an error, after which another takes over. Pictures come out as they are
// decoded, in that order. One thread at a time.
class VplDecodeSession {
 public:
  // For the stream that `key_frame` begins with; `spare` surfaces are for pictures that are out.
  // kUnsupported for what the runtime or the device refuses, kMalformed for headers that it does
  // not understand.
  static Result<std::unique_ptr<VplDecodeSession>> Open(const VplParts& parts,
                                                        MutableBytes key_frame, size_t spare);
  ~VplDecodeSession();
  VplDecodeSession(const VplDecodeSession&) = delete;
  VplDecodeSession& operator=(const VplDecodeSession&) = delete;

  // Decodes one access unit and takes the picture that came of it, the last if there are several;
  // null when there is none. Its frame has `serial` as the time stamp. kMalformed, when the runtime
  // found damage, also with a picture that should not be seen. Else the native code tells.
  Result<VplSurfacePool::Slot*> Decode(MutableBytes access_unit, uint64_t serial);

  const VplSurfacePool& pool() const { return *pool_; }

 private:
  VplDecodeSession(VplSurfacePool::Share pool, mfxVideoParam parameters, VplSession session);
  mfxStatus Submit(mfxBitstream& input, mfxFrameSurface1** decoded);

  VplSurfacePool::Share pool_;
  VplFrameAllocator allocator_;
  mfxVideoParam parameters_;
  VplSession session_;  // closed first
};

}  // namespace continuo
