// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/time.h"

namespace continuo {

// Takes finished RTP packets of one endpoint, in the order in which they are to leave; seals and
// sends them. `header` is the whole RTP header with its extensions, `payload` the rest, shared with
// other endpoints and never written to. Both are borrowed for the call.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void SendRtp(ByteView header, ByteView payload, Timestamp now) = 0;
};

}  // namespace continuo
