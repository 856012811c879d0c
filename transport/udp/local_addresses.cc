// SPDX-License-Identifier: Apache-2.0
#include "transport/udp/local_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace continuo {
namespace {

std::optional<SocketAddress> AddressOf(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return std::nullopt;
  size_t size = 0;
  if (entry.ifa_addr->sa_family == AF_INET) size = sizeof(sockaddr_in);
  if (entry.ifa_addr->sa_family == AF_INET6) size = sizeof(sockaddr_in6);
  if (size == 0) return std::nullopt;
  sockaddr_storage storage{};
  std::memcpy(&storage, entry.ifa_addr, size);
  return SocketAddress::FromSockaddr(storage);
}

}  // namespace

Result<std::vector<SocketAddress>> LocalAddresses(uint16_t port, Loopback loopback) {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot list the machine's addresses");
  }
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, &freeifaddrs);

  std::vector<SocketAddress> usable;
  std::vector<SocketAddress> loopbacks;
  for (const ifaddrs* entry = raw; entry != nullptr; entry = entry->ifa_next) {
    const auto address = AddressOf(*entry);
    if (!address || address->IsUnspecified()) continue;
    if (address->IsLinkLocal() && !address->IsIpv4()) continue;
    (address->IsLoopback() ? loopbacks : usable).push_back(address->WithPort(port));
  }
  if (usable.empty() || loopback == Loopback::kInclude) {
    usable.insert(usable.end(), loopbacks.begin(), loopbacks.end());
  }
  // IPv4 first, otherwise in the kernel's order; an address on two interfaces counts once.
  std::vector<SocketAddress> sorted;
  for (const bool ipv4 : {true, false}) {
    for (const SocketAddress& address : usable) {
      const bool known = std::find(sorted.begin(), sorted.end(), address) != sorted.end();
      if (address.IsIpv4() == ipv4 && !known) sorted.push_back(address);
    }
  }
  return sorted;
}

}  // namespace continuo
