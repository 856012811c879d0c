// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/unique_fd.h"
#include "metrics/counter.h"
#include "transport/udp/datagram_sink.h"
#include "transport/wire/socket_address.h"

namespace continuo {

enum class PortSharing : uint8_t { kExclusive, kReusePort };

// One network shard's UDP socket: non-blocking, never connected (ICE talks to many addresses), many
// datagrams per system call in both directions, all buffers made at Create(). Addresses are plain
// IPv4 or IPv6 to the caller even on a dual-stack socket. One thread; the shard's loop watches fd()
// and calls ReceiveBatch() when it is readable, and Flush() once per turn.
// What the kernel will not take is counted and lost, as UDP may be. Errors: Create() only.
class UdpSocket final : public DatagramSink {
 public:
  struct Counters {
    Counter datagrams_received, bytes_received, datagrams_sent, bytes_sent;
    Counter truncated;        // arrived larger than kMaxReceiveSize, dropped
    Counter dropped_full;     // the kernel's send buffer was full
    Counter dropped_refused;  // the kernel refused that destination or size
  };
  static constexpr size_t kMaxReceiveSize = 2048;
  static constexpr size_t kReceiveBatch = 32;
  static constexpr size_t kSendBatch = 64;

  // Port 0 lets the kernel choose one. Bound to "::" the socket is dual-stack.
  static Result<std::unique_ptr<UdpSocket>> Create(const SocketAddress& bind_to,
                                                   PortSharing sharing);
  // On all addresses of the machine: dual-stack, or IPv4 alone where the kernel has no IPv6.
  static Result<std::unique_ptr<UdpSocket>> CreateOnAnyAddress(uint16_t port, PortSharing sharing);
  ~UdpSocket() override;

  int fd() const { return fd_.get(); }
  const SocketAddress& local_address() const { return local_address_; }

  // Hands over what is waiting, kReceiveBatch datagrams at most. Returns how many there were: call
  // again while it is kReceiveBatch, or let the (level-triggered) loop do so.
  size_t ReceiveBatch(DatagramReceiver& receiver);

  MutableBytes Reserve(const SocketAddress& to) override;
  void Commit(size_t size) override;
  // Hands everything committed to the kernel. Also happens when kSendBatch datagrams are queued.
  void Flush();

  const Counters& counters() const { return counters_; }

 private:
  struct Batches;
  UdpSocket();

  UniqueFd fd_;
  SocketAddress local_address_;
  bool ipv6_ = false;
  std::unique_ptr<Batches> batches_;
  size_t queued_ = 0;
  Counters counters_;
};

}  // namespace continuo
