// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What sessions count beyond their parts. One per shard.
struct SessionProbe {
  Counter connected;
  Counter closed_by_peer;
  Counter closed_consent_lost;
  Counter closed_handshake_timeout;
  Counter unvalidated;    // DTLS or media from an address that has not proved itself
  Counter early;          // media before there were keys
  Counter unclassified;   // neither STUN, DTLS, RTP nor RTCP
  Counter malformed_rtp;  // authentic, and still no RTP
  Counter malformed_rtcp;
  Counter unmapped_ssrc;       // authentic RTP that belongs to no negotiated stream
  Counter key_frame_requests;  // PLI and FIR heard
  Counter nacked_packets;      // sequence numbers that the peer asked for again
  Counter unsendable;          // ours: sealed packets too large for a datagram
};

// What the table of sessions counts. One per shard.
struct SessionMuxProbe {
  Counter unknown_source;    // not STUN, from an address of no session
  Counter unknown_ufrag;     // STUN for nobody here
  Counter foreign_shard;     // STUN for a session of another shard
  Counter rate_limited;      // STUN beyond what an unproved source may send
  Counter sessions_refused;  // beyond the cap
  Gauge sessions;
};

}  // namespace continuo
