// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/ssrc_streams.h"

namespace continuo {

ReplayWindow* SsrcStreams::Find(Ssrc ssrc) {
  // Packets of a stream come in runs.
  if (last_found_ < streams_.size() && streams_[last_found_].ssrc == ssrc) {
    return &streams_[last_found_].window;
  }
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].ssrc != ssrc) continue;
    last_found_ = i;
    return &streams_[i].window;
  }
  return nullptr;
}

ReplayWindow* SsrcStreams::Add(Ssrc ssrc) {
  if (streams_.size() == kMax) return nullptr;
  last_found_ = streams_.size();
  return &streams_.emplace_back(Stream{.ssrc = ssrc, .window = {}}).window;
}

}  // namespace continuo
