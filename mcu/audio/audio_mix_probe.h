// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "media/rendition.h"
#include "metrics/counter.h"

namespace continuo {

// What the sound of one room counts. Written by the audio thread, read by any.
struct AudioMixProbe {
  // Packets that came in.
  Counter late_packets;  // after their turn
  Counter duplicate_packets;
  Counter lost_packets;       // never came, or came late
  Counter discarded_packets;  // fit no stream, or would have made the wait too long
  Counter decode_errors;      // payloads that are no Opus
  // Ticks of one voice.
  Counter concealed_ticks;  // in which something was invented
  Counter fec_recovered;    // losses filled from the next packet, by its in-band FEC if it has any
  Counter shortened_samples;   // cut from playout to wait less
  Counter lengthened_samples;  // added to playout to wait longer
  // Payloads that went out.
  std::array<Counter, kRungCount> shared_encodes;  // by Rung
  Counter private_encodes;
  Counter encode_errors;
};

}  // namespace continuo
