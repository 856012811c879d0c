// SPDX-License-Identifier: Apache-2.0
// What happens per packet allocates nothing: counted by this program's own operator new.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/allocation_counter/allocation_counter.h"
#include "tests/support/hex.h"
#include "transport/wire/rtcp_writer.h"
#include "transport/wire/rtp_header.h"
#include "transport/wire/stun.h"

namespace continuo {
namespace {

using test::AllocationsOf;

TEST(Allocation, IsCounted) {
  EXPECT_EQ(AllocationsOf([] { EXPECT_FALSE(std::vector<int>(100).empty()); }), 1);
}

TEST(Allocation, DoesNotHappenForRtp) {
  const auto bytes = Hex("906f0001 00000000 00000001 bede0002 1085 31beef 000000 7777");
  const std::array<uint8_t, 2> value{1, 2};
  const std::array<RtpExtension, 2> extensions{{{1, value}, {200, value}}};
  std::array<uint8_t, 1500> buffer;
  size_t used = 0;
  EXPECT_EQ(AllocationsOf([&] {
              const auto packet = ParseRtp(bytes);
              used += packet->Extension(3)->size() + WriteRtpHeader(*packet, extensions, buffer);
            }),
            0);
  EXPECT_GT(used, 0u);
}

TEST(Allocation, DoesNotHappenForRtcpAndFeedback) {
  struct Walker : RtcpObserver {
    void OnTransportFeedback(const TransportFeedback& feedback) override {
      TransportFeedback::Cursor cursor(feedback);
      while (cursor.Next()) ++packets;
    }
    int packets = 0;
  };
  std::array<Timestamp, 300> arrivals;
  for (size_t i = 0; i < arrivals.size(); ++i) {
    arrivals[i] = i % 7 == 3 ? Timestamp::Infinite() : Timestamp::Millis(1'000 + 9 * int64_t(i));
  }
  const std::array<uint16_t, 3> lost{1, 2, 40};
  std::array<uint8_t, 1500> buffer;
  Walker walker;
  RtcpTally tally;
  EXPECT_EQ(AllocationsOf([&] {
              ByteWriter out(buffer);
              WriteSenderReport(out, {});
              WriteCname(out, Ssrc(1), "continuo");
              WriteNack(out, {Ssrc(1), Ssrc(2), lost});
              WriteTransportFeedback(out, {.arrivals = arrivals});
              tally = ParseRtcp(out.written(), walker);
            }),
            0);
  EXPECT_EQ(tally.understood, 4);
  EXPECT_EQ(walker.packets, 300);
}

TEST(Allocation, DoesNotHappenForConnectivityChecks) {
  std::array<uint8_t, 256> buffer;
  bool read = false;
  EXPECT_EQ(AllocationsOf([&] {
              StunWriter writer(StunType::kBindingRequest, {}, buffer);
              writer.Username("ours:theirs");
              writer.AppendIntegrity({});
              writer.AppendFingerprint();
              const auto message = StunMessage::Parse(writer.message());
              read = message && message->IntegrityInput();
            }),
            0);
  EXPECT_TRUE(read);
}

}  // namespace
}  // namespace continuo
