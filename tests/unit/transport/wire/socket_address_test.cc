// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/socket_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>
#include <unordered_set>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(SocketAddress, IsReadAndWrittenAsText) {
  for (const char* text : {"192.0.2.1:4000", "[2001:db8::1]:65535", "[::1]:0", "0.0.0.0:1"}) {
    const auto address = SocketAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(SocketAddress, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1: 1",
        "192.0.2:1", "2001:db8::1:4000", "[192.0.2.1]:4000", "[2001:db8::1]", "[::1:4000",
        "example.org:80", "[fe80::1%eth0]:1", "1111:2222:3333:4444:5555:6666:7777:8888:9999:1"}) {
    EXPECT_FALSE(SocketAddress::Parse(text)) << text;
  }
  EXPECT_FALSE(SocketAddress::FromIp(std::string_view("::1\0", 4), 1)) << "a zero byte within";
}

TEST(SocketAddress, IsOneValueForOnePeerWhateverSocketHeardIt) {
  const auto plain = SocketAddress::Ipv4({192, 0, 2, 1}, 4000);
  const auto mapped = SocketAddress::FromIp("::ffff:192.0.2.1", 4000);
  EXPECT_THAT(mapped, Optional(plain));
  EXPECT_TRUE(mapped->IsIpv4());
  EXPECT_THAT(mapped->ip(), ElementsAre(192, 0, 2, 1));
  EXPECT_EQ(std::hash<SocketAddress>()(plain), std::hash<SocketAddress>()(*mapped));
}

TEST(SocketAddress, GoesToTheKernelAndBack) {
  for (const char* text : {"192.0.2.1:4000", "[2001:db8::1]:4000"}) {
    const SocketAddress address = *SocketAddress::Parse(text);
    sockaddr_storage storage{};
    EXPECT_EQ(address.ToSockaddr(storage),
              address.IsIpv4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    EXPECT_EQ(storage.ss_family, address.IsIpv4() ? AF_INET : AF_INET6);
    EXPECT_THAT(SocketAddress::FromSockaddr(storage), Optional(address));
    EXPECT_EQ(address.ToDualStackSockaddr(storage), sizeof(sockaddr_in6));
    EXPECT_EQ(storage.ss_family, AF_INET6);
    EXPECT_THAT(SocketAddress::FromSockaddr(storage), Optional(address));
  }
  EXPECT_FALSE(SocketAddress::FromSockaddr({})) << "of no family";
}

TEST(SocketAddress, KeepsTheInterfaceOfLinkLocalAddressesOnly) {
  sockaddr_storage storage{};
  const auto link_local = SocketAddress::Ipv6({0xfe, 0x80, 0, 1}, 4000, 3);
  EXPECT_TRUE(link_local.IsLinkLocal());
  link_local.ToSockaddr(storage);
  EXPECT_THAT(SocketAddress::FromSockaddr(storage), Optional(link_local));
  EXPECT_NE(link_local, SocketAddress::Ipv6({0xfe, 0x80, 0, 1}, 4000, 4));
  EXPECT_EQ(SocketAddress::Ipv6({0x20, 0x01}, 4000, 3), SocketAddress::Ipv6({0x20, 0x01}, 4000));
}

TEST(SocketAddress, KnowsTheSpecialOnes) {
  EXPECT_TRUE(SocketAddress::FromIp("127.3.2.1", 0)->IsLoopback());
  EXPECT_TRUE(SocketAddress::FromIp("::1", 0)->IsLoopback());
  EXPECT_FALSE(SocketAddress::FromIp("::2", 0)->IsLoopback());
  EXPECT_TRUE(SocketAddress::FromIp("169.254.1.1", 0)->IsLinkLocal());
  EXPECT_FALSE(SocketAddress::FromIp("fec0::1", 0)->IsLinkLocal());
  EXPECT_TRUE(SocketAddress::FromIp("0.0.0.0", 7)->IsUnspecified());
  EXPECT_TRUE(SocketAddress().IsUnspecified());
  EXPECT_FALSE(SocketAddress::FromIp("192.0.2.1", 0)->IsUnspecified());
}

TEST(SocketAddress, TellsPortsAndNeighboursApart) {
  std::unordered_set<SocketAddress> addresses;
  std::unordered_set<size_t> hashes;
  for (uint8_t host = 0; host < 64; ++host) {
    for (uint16_t port = 40000; port < 40064; ++port) {
      const auto address = SocketAddress::Ipv4({192, 0, 2, host}, port);
      addresses.insert(address);
      hashes.insert(std::hash<SocketAddress>()(address));
    }
  }
  EXPECT_EQ(addresses.size(), 4096u);
  EXPECT_EQ(hashes.size(), 4096u);
  EXPECT_EQ(SocketAddress::Ipv4({192, 0, 2, 1}, 1).WithPort(2),
            SocketAddress::Ipv4({192, 0, 2, 1}, 2));
}

}  // namespace
}  // namespace continuo
