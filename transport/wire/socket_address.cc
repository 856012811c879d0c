// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "transport/wire/text_cursor.h"

namespace continuo {
namespace {

// RFC 4291 §2.5.5.2: ::ffff:a.b.c.d
constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

SocketAddress SocketAddress::Ipv4(const std::array<uint8_t, 4>& ip, uint16_t port) {
  SocketAddress address;
  std::ranges::copy(kMappedPrefix, address.ip_.begin());
  std::ranges::copy(ip, address.ip_.begin() + kMappedPrefix.size());
  address.port_ = port;
  return address;
}

SocketAddress SocketAddress::Ipv6(const std::array<uint8_t, 16>& ip, uint16_t port,
                                  uint32_t scope_id) {
  SocketAddress address;
  address.ip_ = ip;
  address.port_ = port;
  // Only a link-local address means anything else on another interface.
  if (!address.IsIpv4() && address.IsLinkLocal()) address.scope_id_ = scope_id;
  return address;
}

std::optional<SocketAddress> SocketAddress::FromIp(std::string_view ip, uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN + 1> text{};
  if (ip.size() >= text.size()) return std::nullopt;
  std::ranges::copy(ip, text.begin());
  if (std::strlen(text.data()) != ip.size()) return std::nullopt;  // a zero byte within
  std::array<uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, text.data(), v6.data()) == 1) return Ipv6(v6, port);
  std::array<uint8_t, 4> v4{};
  if (inet_pton(AF_INET, text.data(), v4.data()) == 1) return Ipv4(v4, port);
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::Parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  std::string_view ip = text.substr(0, colon);
  const std::optional<uint16_t> port = ParseNumber<uint16_t>(text.substr(colon + 1));
  if (!port) return std::nullopt;
  const bool bracketed = ip.size() >= 2 && ip.front() == '[' && ip.back() == ']';
  if (bracketed) ip = ip.substr(1, ip.size() - 2);
  if (bracketed != (ip.find(':') != ip.npos)) return std::nullopt;
  return FromIp(ip, *port);
}

std::optional<SocketAddress> SocketAddress::FromSockaddr(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof(in));
    std::array<uint8_t, 4> ip{};
    std::memcpy(ip.data(), &in.sin_addr, ip.size());
    return Ipv4(ip, ntohs(in.sin_port));
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &storage, sizeof(in6));
    std::array<uint8_t, 16> ip{};
    std::memcpy(ip.data(), &in6.sin6_addr, ip.size());
    return Ipv6(ip, ntohs(in6.sin6_port), in6.sin6_scope_id);
  }
  return std::nullopt;
}

socklen_t SocketAddress::ToSockaddr(sockaddr_storage& out) const {
  if (!IsIpv4()) return ToDualStackSockaddr(out);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port_);
  std::memcpy(&in.sin_addr, ip().data(), sizeof(in.sin_addr));
  std::memcpy(&out, &in, sizeof(in));
  return sizeof(in);
}

socklen_t SocketAddress::ToDualStackSockaddr(sockaddr_storage& out) const {
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port_);
  in6.sin6_scope_id = scope_id_;
  std::memcpy(&in6.sin6_addr, ip_.data(), ip_.size());
  std::memcpy(&out, &in6, sizeof(in6));
  return sizeof(in6);
}

bool SocketAddress::IsIpv4() const {
  return std::memcmp(ip_.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

bool SocketAddress::IsLoopback() const {
  if (IsIpv4()) return ip()[0] == 127;
  return std::all_of(ip_.begin(), ip_.end() - 1, [](uint8_t b) { return b == 0; }) &&
         ip_.back() == 1;
}

bool SocketAddress::IsLinkLocal() const {
  if (IsIpv4()) return ip()[0] == 169 && ip()[1] == 254;
  return ip_[0] == 0xfe && (ip_[1] & 0xc0) == 0x80;
}

bool SocketAddress::IsUnspecified() const {
  return std::ranges::all_of(ip(), [](uint8_t b) { return b == 0; });
}

ByteView SocketAddress::ip() const {
  return IsIpv4() ? ByteView(ip_).subspan(kMappedPrefix.size()) : ByteView(ip_);
}

SocketAddress SocketAddress::WithPort(uint16_t port) const {
  SocketAddress address = *this;
  address.port_ = port;
  return address;
}

std::string SocketAddress::IpToString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(IsIpv4() ? AF_INET : AF_INET6, ip().data(), text.data(), text.size());
  return text.data();
}

std::string SocketAddress::ToString() const {
  const std::string port = std::to_string(port_);
  return IsIpv4() ? IpToString() + ":" + port : "[" + IpToString() + "]:" + port;
}

}  // namespace continuo

size_t std::hash<continuo::SocketAddress>::operator()(
    const continuo::SocketAddress& address) const noexcept {
  uint64_t high = 0;
  uint64_t low = 0;
  std::memcpy(&high, address.ip_.data(), sizeof(high));
  std::memcpy(&low, address.ip_.data() + sizeof(high), sizeof(low));
  // Addresses of one network differ in few bits: spread them by two odd multipliers (Weyl's).
  const uint64_t mixed =
      (high ^ address.port_ ^ uint64_t{address.scope_id_} << 16) * 0x9e3779b97f4a7c15 +
      low * 0xd1342543de82ef95;
  return mixed ^ (mixed >> 32);
}
