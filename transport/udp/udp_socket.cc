// SPDX-License-Identifier: Apache-2.0
#include "transport/udp/udp_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace continuo {
namespace {

// Room for what arrives while the shard is busy with one frame of every session. The kernel clamps
// it to net.core.rmem_max.
constexpr int kKernelBuffer = 4 << 20;

void SetOption(int fd, int level, int name, int value) {
  // Only tuning goes through here: a kernel that refuses still has a usable socket.
  (void)setsockopt(fd, level, name, &value, sizeof(value));
}

}  // namespace

struct UdpSocket::Batches {
  std::array<std::array<uint8_t, kMaxReceiveSize>, kReceiveBatch> receive_bytes;
  std::array<sockaddr_storage, kReceiveBatch> receive_from;
  std::array<iovec, kReceiveBatch> receive_vectors;
  std::array<mmsghdr, kReceiveBatch> receive_headers{};

  std::array<std::array<uint8_t, kMaxDatagramSize>, kSendBatch> send_bytes;
  std::array<sockaddr_storage, kSendBatch> send_to;
  std::array<iovec, kSendBatch> send_vectors;
  std::array<mmsghdr, kSendBatch> send_headers{};

  Batches() {
    for (size_t i = 0; i < kReceiveBatch; ++i) {
      receive_vectors[i] = {receive_bytes[i].data(), receive_bytes[i].size()};
      receive_headers[i].msg_hdr.msg_iov = &receive_vectors[i];
      receive_headers[i].msg_hdr.msg_iovlen = 1;
      receive_headers[i].msg_hdr.msg_name = &receive_from[i];
    }
    for (size_t i = 0; i < kSendBatch; ++i) {
      send_vectors[i] = {send_bytes[i].data(), 0};
      send_headers[i].msg_hdr.msg_iov = &send_vectors[i];
      send_headers[i].msg_hdr.msg_iovlen = 1;
      send_headers[i].msg_hdr.msg_name = &send_to[i];
    }
  }
};

UdpSocket::UdpSocket() : batches_(std::make_unique<Batches>()) {}
UdpSocket::~UdpSocket() = default;

Result<std::unique_ptr<UdpSocket>> UdpSocket::Create(const SocketAddress& bind_to,
                                                     PortSharing sharing) {
  std::unique_ptr<UdpSocket> result(new UdpSocket);
  result->ipv6_ = !bind_to.IsIpv4();
  const int family = result->ipv6_ ? AF_INET6 : AF_INET;
  result->fd_.Reset(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = result->fd_.get();
  if (fd < 0) return FailErrno(ErrorCode::kUnavailable, "cannot create a UDP socket");

  if (result->ipv6_) SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (sharing == PortSharing::kReusePort) SetOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  SetOption(fd, SOL_SOCKET, SO_RCVBUF, kKernelBuffer);
  SetOption(fd, SOL_SOCKET, SO_SNDBUF, kKernelBuffer);

  sockaddr_storage address{};
  socklen_t length = bind_to.ToSockaddr(address);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot bind the UDP port", bind_to.ToString());
  }
  length = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return FailErrno(ErrorCode::kInternal, "cannot read back the UDP port");
  }
  const auto local = SocketAddress::FromSockaddr(address);
  CONTINUO_CHECK(local.has_value());
  result->local_address_ = *local;
  return result;
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::CreateOnAnyAddress(uint16_t port,
                                                                 PortSharing sharing) {
  auto dual = Create(SocketAddress::Ipv6({}, port), sharing);
  if (dual || (dual.error().native != EAFNOSUPPORT && dual.error().native != EADDRNOTAVAIL)) {
    return dual;
  }
  return Create(SocketAddress::Ipv4({}, port), sharing);
}

size_t UdpSocket::ReceiveBatch(DatagramReceiver& receiver) {
  Batches& b = *batches_;
  for (mmsghdr& header : b.receive_headers) {
    header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    header.msg_hdr.msg_flags = 0;
  }
  const int n = recvmmsg(fd_.get(), b.receive_headers.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
  if (n <= 0) return 0;
  for (int i = 0; i < n; ++i) {
    const mmsghdr& header = b.receive_headers[i];
    counters_.datagrams_received.Add();
    counters_.bytes_received.Add(header.msg_len);
    if ((header.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
      counters_.truncated.Add();
      continue;
    }
    const auto from = SocketAddress::FromSockaddr(b.receive_from[i]);
    if (!from) continue;
    receiver.OnDatagram(*from, MutableBytes(b.receive_bytes[i]).first(header.msg_len));
  }
  return static_cast<size_t>(n);
}

MutableBytes UdpSocket::Reserve(const SocketAddress& to) {
  if (queued_ == kSendBatch) Flush();
  Batches& b = *batches_;
  sockaddr_storage& name = b.send_to[queued_];
  b.send_headers[queued_].msg_hdr.msg_namelen =
      ipv6_ ? to.ToDualStackSockaddr(name) : to.ToSockaddr(name);
  return b.send_bytes[queued_];
}

void UdpSocket::Commit(size_t size) {
  CONTINUO_CHECK(size <= kMaxDatagramSize && queued_ < kSendBatch);
  batches_->send_vectors[queued_].iov_len = size;
  ++queued_;
}

void UdpSocket::Flush() {
  Batches& b = *batches_;
  size_t next = 0;
  while (next < queued_) {
    const int n = sendmmsg(fd_.get(), &b.send_headers[next], static_cast<unsigned>(queued_ - next),
                           MSG_DONTWAIT);
    if (n > 0) {
      counters_.datagrams_sent.Add(static_cast<uint64_t>(n));
      for (int i = 0; i < n; ++i) counters_.bytes_sent.Add(b.send_headers[next + i].msg_len);
      next += static_cast<size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      counters_.dropped_full.Add(queued_ - next);
      break;
    } else if (errno != EINTR) {
      counters_.dropped_refused.Add();  // the first one's fault: unreachable, forbidden, too big
      ++next;
    }
  }
  queued_ = 0;
}

}  // namespace continuo
