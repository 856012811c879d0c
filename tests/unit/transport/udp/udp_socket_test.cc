// SPDX-License-Identifier: Apache-2.0
#include "transport/udp/udp_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "transport/udp/local_addresses.h"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

struct Inbox final : DatagramReceiver {
  void OnDatagram(const SocketAddress& from, MutableBytes bytes) override {
    senders.push_back(from);
    texts.emplace_back(bytes.begin(), bytes.end());
  }
  std::vector<SocketAddress> senders;
  std::vector<std::string> texts;
};

ByteView Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

SocketAddress Loopback4(uint16_t port) { return SocketAddress::Ipv4({127, 0, 0, 1}, port); }

std::unique_ptr<UdpSocket> Open(const SocketAddress& bind_to,
                                PortSharing sharing = PortSharing::kExclusive) {
  auto socket = UdpSocket::Create(bind_to, sharing);
  EXPECT_TRUE(socket) << ToString(socket.error());
  return std::move(*socket);
}

TEST(UdpSocket, CarriesDatagramsInOrderWithTheirSender) {
  const auto alice = Open(Loopback4(0));
  const auto bob = Open(Loopback4(0));
  alice->SendTo(bob->local_address(), Bytes("one"));
  alice->SendTo(bob->local_address(), Bytes("two"));
  Inbox inbox;
  EXPECT_EQ(bob->ReceiveBatch(inbox), 0u) << "nothing leaves before Flush()";
  alice->Flush();
  EXPECT_EQ(bob->ReceiveBatch(inbox), 2u);
  EXPECT_THAT(inbox.texts, ElementsAre("one", "two"));
  EXPECT_THAT(inbox.senders, ElementsAre(alice->local_address(), alice->local_address()));
  EXPECT_EQ(alice->counters().datagrams_sent.value(), 2u);
  EXPECT_EQ(bob->counters().bytes_received.value(), 6u);
}

TEST(UdpSocket, AnIpv4PeerIsIpv4OnADualStackSocket) {
  auto dual = UdpSocket::Create(SocketAddress::Ipv6({}, 0), PortSharing::kExclusive);
  if (!dual) GTEST_SKIP() << "no IPv6 here";
  const auto peer = Open(Loopback4(0));
  peer->SendTo(Loopback4((*dual)->local_address().port()), Bytes("hello"));
  peer->Flush();
  Inbox inbox;
  ASSERT_EQ((*dual)->ReceiveBatch(inbox), 1u);
  EXPECT_EQ(inbox.senders[0], peer->local_address());
  (*dual)->SendTo(inbox.senders[0], Bytes("hello yourself"));
  (*dual)->Flush();
  ASSERT_EQ(peer->ReceiveBatch(inbox), 1u);
  EXPECT_EQ(inbox.texts.back(), "hello yourself");
}

TEST(UdpSocket, ABurstLargerThanTheQueueLeavesWhole) {
  const auto alice = Open(Loopback4(0));
  const auto bob = Open(Loopback4(0));
  constexpr size_t kBurst = UdpSocket::kSendBatch * 2 + 5;
  for (size_t i = 0; i < kBurst; ++i) alice->SendTo(bob->local_address(), Bytes("x"));
  alice->Flush();
  Inbox inbox;
  while (bob->ReceiveBatch(inbox) > 0) {
  }
  EXPECT_EQ(inbox.texts.size(), kBurst);
}

TEST(UdpSocket, AnUnreachableDestinationCostsOnlyItself) {
  const auto alice = Open(Loopback4(0));
  const auto bob = Open(Loopback4(0));
  alice->SendTo(*SocketAddress::FromIp("2001:db8::1", 9), Bytes("lost"));
  alice->SendTo(bob->local_address(), Bytes("kept"));
  alice->Flush();
  Inbox inbox;
  bob->ReceiveBatch(inbox);
  EXPECT_THAT(inbox.texts, ElementsAre("kept"));
  EXPECT_EQ(alice->counters().dropped_refused.value(), 1u);
}

TEST(UdpSocket, AnAbandonedReservationSendsNothing) {
  const auto alice = Open(Loopback4(0));
  const auto bob = Open(Loopback4(0));
  alice->Reserve(bob->local_address());
  alice->SendTo(bob->local_address(), Bytes("only"));
  alice->Flush();
  Inbox inbox;
  bob->ReceiveBatch(inbox);
  EXPECT_THAT(inbox.texts, ElementsAre("only"));
}

TEST(UdpSocket, ShardsShareAPortAndStrangersDoNot) {
  const auto first = Open(Loopback4(0), PortSharing::kReusePort);
  const auto second = Open(first->local_address(), PortSharing::kReusePort);
  EXPECT_EQ(second->local_address(), first->local_address());
  const auto third = UdpSocket::Create(first->local_address(), PortSharing::kExclusive);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kUnavailable);
}

TEST(LocalAddresses, AreUsableFromOutside) {
  const auto addresses = LocalAddresses(4000, Loopback::kInclude);
  ASSERT_TRUE(addresses);
  EXPECT_THAT(*addresses, Contains(Loopback4(4000)));
  for (const SocketAddress& address : *addresses) {
    EXPECT_EQ(address.port(), 4000);
    EXPECT_FALSE(address.IsUnspecified());
    EXPECT_FALSE(address.IsLinkLocal() && !address.IsIpv4());
  }
  EXPECT_TRUE(std::is_partitioned(addresses->begin(), addresses->end(),
                                  [](const SocketAddress& a) { return a.IsIpv4(); }));
}

TEST(LocalAddresses, LeaveOutLoopbackWhereThereIsBetter) {
  const auto all = LocalAddresses(1, Loopback::kInclude);
  const auto outside = LocalAddresses(1, Loopback::kIfNothingElse);
  ASSERT_TRUE(all && outside);
  const bool only_loopback =
      std::all_of(all->begin(), all->end(), [](const SocketAddress& a) { return a.IsLoopback(); });
  if (only_loopback) {
    EXPECT_EQ(*outside, *all);
  } else {
    EXPECT_THAT(*outside, Not(Contains(Loopback4(1))));
  }
}

}  // namespace
}  // namespace continuo
