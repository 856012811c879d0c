// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace continuo {

// An IPv4 or IPv6 address and a UDP port: a plain value, the key of address tables. Not a name: we
// resolve none. An IPv4-mapped IPv6 address is its IPv4 address, so that one peer is one value
// whatever kind of socket heard it. Default-constructed, it is [::]:0. RFC 4291 §2.5.5.2.
class SocketAddress {
 public:
  constexpr SocketAddress() = default;
  static SocketAddress Ipv4(const std::array<uint8_t, 4>& ip, uint16_t port);
  // `scope_id` is the interface of a link-local address, 0 for any other.
  static SocketAddress Ipv6(const std::array<uint8_t, 16>& ip, uint16_t port,
                            uint32_t scope_id = 0);
  // From an IP literal without brackets, such as "192.0.2.1" or "2001:db8::1".
  static std::optional<SocketAddress> FromIp(std::string_view ip, uint16_t port);
  // Reads what ToString() writes: "192.0.2.1:4000" or "[2001:db8::1]:4000".
  static std::optional<SocketAddress> Parse(std::string_view text);
  static std::optional<SocketAddress> FromSockaddr(const sockaddr_storage& storage);

  // For a socket of the address's own family, and for a dual-stack AF_INET6 socket, which takes
  // IPv4 addresses in their mapped form. Both return the length to pass to the kernel.
  socklen_t ToSockaddr(sockaddr_storage& out) const;
  socklen_t ToDualStackSockaddr(sockaddr_storage& out) const;

  bool IsIpv4() const;
  bool IsLoopback() const;
  bool IsLinkLocal() const;
  bool IsUnspecified() const;
  // 4 or 16 bytes in network order; refers into this object.
  ByteView ip() const;
  uint16_t port() const { return port_; }
  uint32_t scope_id() const { return scope_id_; }
  SocketAddress WithPort(uint16_t port) const;

  std::string IpToString() const;
  std::string ToString() const;

  friend constexpr auto operator<=>(const SocketAddress&, const SocketAddress&) = default;

 private:
  friend struct std::hash<SocketAddress>;

  std::array<uint8_t, 16> ip_{};  // IPv4 as ::ffff:a.b.c.d
  uint32_t scope_id_ = 0;
  uint16_t port_ = 0;
};

}  // namespace continuo

// Not keyed against chosen collisions: cap the tables that strangers can fill.
template <>
struct std::hash<continuo::SocketAddress> {
  size_t operator()(const continuo::SocketAddress& address) const noexcept;
};
