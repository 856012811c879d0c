// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/time.h"
#include "transport/tx/packetized_frame.h"

namespace continuo {

// The last packets of one video stream, for retransmission: references into shared frames, no
// copies of payloads. The oldest gives way. Sequence numbers are those on the wire.
class SendHistory {
 public:
  static constexpr size_t kPackets = 512;

  struct Entry {
    PacketizedFrameRef frame;  // empty: nothing here
    uint16_t sequence = 0;
    uint16_t packet = 0;
    Timestamp last_sent;
    bool resent = false;
  };

  SendHistory() : entries_(std::make_unique<std::array<Entry, kPackets>>()) {}

  void Add(uint16_t sequence, const PacketizedFrameRef& frame, uint16_t packet, Timestamp now) {
    (*entries_)[sequence % kPackets] = {frame, sequence, packet, now, false};
  }
  // Null when it is too old or was never sent. Valid until the next Add().
  Entry* Find(uint16_t sequence) {
    Entry& entry = (*entries_)[sequence % kPackets];
    return entry.frame && entry.sequence == sequence ? &entry : nullptr;
  }

 private:
  std::unique_ptr<std::array<Entry, kPackets>> entries_;
};

}  // namespace continuo
