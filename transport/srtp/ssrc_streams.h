// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "base/ids.h"
#include "transport/srtp/replay_window.h"

namespace continuo {

// The replay windows of one direction's streams, by SSRC; at most kMax. Allocates only when a
// stream is new. A stream is never forgotten while its keys live: that would let its packets be
// replayed.
class SsrcStreams {
 public:
  static constexpr size_t kMax = 64;

  // Null when there is no such stream yet.
  ReplayWindow* Find(Ssrc ssrc);
  // Null when there are kMax already.
  ReplayWindow* Add(Ssrc ssrc);
  size_t size() const { return streams_.size(); }

 private:
  struct Stream {
    Ssrc ssrc;
    ReplayWindow window;
  };

  std::vector<Stream> streams_;
  size_t last_found_ = 0;
};

}  // namespace continuo
