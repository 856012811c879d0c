// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>

#include "base/bytes.h"
#include "transport/wire/socket_address.h"

namespace continuo {

// The largest UDP payload that we ever send: what fits an Ethernet frame less IPv6 and UDP headers.
// Media stays at 1200 bytes or less.
inline constexpr size_t kMaxDatagramSize = 1452;

// Where a session's datagrams go: the shard's socket, or a simulated network. Writing is in two
// steps so that a packet is sealed where it leaves from: Reserve() lends kMaxDatagramSize bytes,
// Commit() sends the first `size` of them. One reservation at a time; a second one, or none, undoes
// the first. Never blocks and reports nothing: UDP loses datagrams anyway.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  virtual MutableBytes Reserve(const SocketAddress& to) = 0;
  virtual void Commit(size_t size) = 0;

  void SendTo(const SocketAddress& to, ByteView bytes) {
    const MutableBytes space = Reserve(to);
    if (bytes.size() > space.size()) return;
    if (!bytes.empty()) std::memcpy(space.data(), bytes.data(), bytes.size());
    Commit(bytes.size());
  }
};

// Whoever is handed the datagrams that arrive. `bytes` is the receiver's to change in place (SRTP
// opens there) and valid for the call.
class DatagramReceiver {
 public:
  virtual ~DatagramReceiver() = default;
  virtual void OnDatagram(const SocketAddress& from, MutableBytes bytes) = 0;
};

}  // namespace continuo
