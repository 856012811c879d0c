// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What DTLS saw, over all endpoints of a shard.
struct DtlsProbe {
  Counter handshakes_completed;
  Counter handshakes_abandoned;  // one attempt failed; the next ClientHello starts afresh
  Counter fingerprint_mismatches;
  Counter malformed;        // datagrams that are no DTLS 1.x records
  Counter retransmissions;  // flights sent again because a timer ran out
  Counter unexpected_data;  // records of application data: nobody has asked for any
};

}  // namespace continuo
