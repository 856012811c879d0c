// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/dtls/dtls_probe.h"
#include "transport/rx/rx_probe.h"
#include "transport/session/session_probe.h"
#include "transport/srtp/srtp_probe.h"
#include "transport/tx/tx_probe.h"

namespace continuo {

class DatagramSink;
class DtlsContext;
class ReceiveArena;

// What all sessions of a shard count together.
struct TransportProbe {
  SessionProbe session;
  DtlsProbe dtls;
  SrtpProbe srtp;
  RxProbe rx;
  TxProbe tx;
};

// What a session uses and does not own: its shard's. All of it outlives the session, as does the
// PacketizedFramePool of the frames that it is given to send.
struct SessionEnvironment {
  const DtlsContext& dtls;
  DatagramSink& sink;
  ReceiveArena& arena;
  TransportProbe& probe;
};

}  // namespace continuo
