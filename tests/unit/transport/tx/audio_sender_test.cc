// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/audio_sender.h"

#include <gtest/gtest.h>

#include <vector>

#include "transport/wire/rtp_extensions.h"
#include "transport/wire/rtp_header.h"

namespace continuo {
namespace {

class AudioSenderTest : public testing::Test, public PacketSink {
 protected:
  void SendRtp(ByteView header, ByteView payload, Timestamp) override {
    header_.assign(header.begin(), header.end());
    packets_.push_back(*ParseRtp(header_));
    where_.push_back(payload.data());
    transport_sequences_.push_back(*ParseTransportSequence(*packets_.back().Extension(3)));
  }

  Timestamp now_ = Timestamp::Millis(90'000);
  TransportSequence transport_sequence_;
  TxProbe probe_;
  AudioSender sender_{{.ssrc = Ssrc(9),
                       .payload_type = 111,
                       .first_sequence = 65'535,
                       .timestamp_offset = 500,
                       .transport_sequence_extension = 3},
                      transport_sequence_,
                      *this,
                      probe_};
  std::vector<uint8_t> header_;
  std::vector<RtpPacket> packets_;
  std::vector<const uint8_t*> where_;
  std::vector<uint16_t> transport_sequences_;
};

TEST_F(AudioSenderTest, SendsEachPayloadAtOnceUnderItsOwnNumbers) {
  const std::vector<uint8_t> opus{0x78, 1, 2};
  sender_.SendAudio(opus, 960, now_);
  sender_.SendAudio(opus, 1920, now_);
  ASSERT_EQ(packets_.size(), 2u);
  EXPECT_EQ(packets_[0].sequence_number, 65'535);
  EXPECT_EQ(packets_[1].sequence_number, 0);
  EXPECT_EQ(packets_[1].timestamp, 2420u);
  EXPECT_EQ(packets_[1].payload_type, 111);
  EXPECT_TRUE(packets_[0].marker);
  EXPECT_FALSE(packets_[1].marker);
  EXPECT_EQ(where_[1], opus.data()) << "not copied";
}

TEST_F(AudioSenderTest, StreamsOfAnEndpointShareTheTransportSequence) {
  const std::vector<uint8_t> opus{0x78};
  sender_.SendAudio(opus, 0, now_);
  transport_sequence_.Next();  // a packet of video
  sender_.SendAudio(opus, 960, now_);
  EXPECT_EQ(transport_sequences_, (std::vector<uint16_t>{0, 2}));
}

TEST_F(AudioSenderTest, ReportsWhereItsClockIs) {
  EXPECT_FALSE(sender_.Report(now_));
  const std::vector<uint8_t> opus{0x78, 1, 2};
  sender_.SendAudio(opus, 960, now_);
  const auto report = *sender_.Report(now_ + TimeDelta::Millis(10));
  EXPECT_EQ(report.rtp_timestamp, 960u + 500 + 480);
  EXPECT_EQ(report.octet_count, 3u);
}

}  // namespace
}  // namespace continuo
