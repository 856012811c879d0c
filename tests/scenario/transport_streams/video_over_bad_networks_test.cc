// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenario/transport_streams/stream_call.h"

namespace continuo::test {
namespace {

class VideoOverBadNetworks : public testing::TestWithParam<VideoCodec> {
 protected:
  static LinkConditions Path(double loss, TimeDelta delay, TimeDelta jitter = {}) {
    return {.loss = loss, .delay = delay, .jitter = jitter};
  }
  static CallConditions Both(const LinkConditions& path) { return {.down = path, .up = path}; }

  // Index in the rendition of what was shown, after checking that it is that picture, bit by bit.
  static size_t Identify(const StreamRoom& room, const StreamCall& call, const ShownFrame& shown) {
    const auto& sent = room.rendition.sent;
    const uint32_t timestamp = call.RenditionTimestamp(shown);
    const auto at = std::find_if(sent.begin(), sent.end(),
                                 [&](const SentFrame& f) { return f.rtp_timestamp == timestamp; });
    EXPECT_NE(at, sent.end()) << "a picture that was never sent";
    if (at == sent.end()) return 0;
    EXPECT_EQ(at->kind, shown.kind);
    EXPECT_TRUE(at->bytes == shown.bytes) << "damaged picture";
    return static_cast<size_t>(at - sent.begin());
  }

  // Every picture shown is intact, and a decoder had all that it needs for it: it is a key frame,
  // or follows the picture before. Returns how many pictures were skipped.
  static size_t ExpectDecodable(const StreamRoom& room, const StreamCall& call) {
    size_t skipped = 0;
    std::optional<size_t> last;
    for (const ShownFrame& shown : call.shown) {
      const size_t index = Identify(room, call, shown);
      if (!last) {
        EXPECT_EQ(shown.kind, FrameKind::kKey) << "begins with a key frame";
      } else {
        EXPECT_GT(index, *last) << "shown twice or backwards";
        if (index != *last + 1) {
          EXPECT_EQ(shown.kind, FrameKind::kKey);
          skipped += index - *last - 1;
        }
      }
      last = index;
    }
    return skipped;
  }

  static TimeDelta LongestFreeze(const StreamCall& call) {
    TimeDelta longest;
    for (size_t i = 1; i < call.shown.size(); ++i) {
      longest = std::max(longest, call.shown[i].when - call.shown[i - 1].when);
    }
    return longest;
  }
};

INSTANTIATE_TEST_SUITE_P(, VideoOverBadNetworks,
                         testing::Values(VideoCodec::kVp8, VideoCodec::kH264),
                         [](const auto& codec) { return std::string(ToString(codec.param)); });

TEST_P(VideoOverBadNetworks, EveryPictureArrivesOverAPerfectOne) {
  StreamRoom room(GetParam(), 1);
  StreamCall& call = room.Join({});
  room.time.RunFor(TimeDelta::Seconds(10));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(1));
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(ExpectDecodable(room, call), 0u);
  EXPECT_EQ(call.rx.nacks.value(), 0u);
  EXPECT_EQ(call.rx.plis.value(), 0u);
  EXPECT_EQ(call.rx.malformed.value(), 0u);
  EXPECT_EQ(call.blocks_held(), 0u);
  // Spread out, but within the frame's own time but for key frames.
  EXPECT_LT(LongestFreeze(call), TimeDelta::Millis(150));
}

TEST_P(VideoOverBadNetworks, RetransmissionFillsEveryHoleAtFivePercentLoss) {
  StreamRoom room(GetParam(), 2);
  StreamCall& call = room.Join(Both(Path(0.05, TimeDelta::Millis(25))));
  room.time.RunFor(TimeDelta::Seconds(60));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(2));
  ASSERT_GT(call.down.lost(), 200u);
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(ExpectDecodable(room, call), 0u);
  EXPECT_EQ(call.rx.plis.value(), 0u);
  EXPECT_GT(call.rx.recovered.value(), 200u);
  // Three tries in a row fail once in a thousand holes.
  EXPECT_LT(LongestFreeze(call), TimeDelta::Millis(600));
  EXPECT_NEAR(static_cast<double>(call.measured_rtt()->us()), 50'000, 5'000);
}

TEST_P(VideoOverBadNetworks, RetransmissionOnTheMediaSsrcDoesAsWellWithoutRtx) {
  StreamRoom room(GetParam(), 3);
  CallConditions conditions = Both(Path(0.05, TimeDelta::Millis(25)));
  conditions.rtx = false;
  StreamCall& call = room.Join(conditions);
  room.time.RunFor(TimeDelta::Seconds(30));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(2));
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(ExpectDecodable(room, call), 0u);
  EXPECT_EQ(call.rx.rtx_packets.value(), 0u);
  EXPECT_GT(call.tx.retransmissions.value(), 100u);
}

TEST_P(VideoOverBadNetworks, PictureComesBackAgainAndAgainAtThirtyPercentLoss) {
  StreamRoom room(GetParam(), 4);
  StreamCall& call = room.Join(Both(Path(0.30, TimeDelta::Millis(25))));
  room.time.RunFor(TimeDelta::Seconds(60));
  ExpectDecodable(room, call);
  EXPECT_GT(call.rx.plis.value(), 0u);
  EXPECT_GT(call.rx.key_frames.value(), 1u);
  ASSERT_FALSE(call.shown.empty());
  EXPECT_LT(LongestFreeze(call), TimeDelta::Seconds(4));
  EXPECT_GT(call.shown.back().when, room.time.now() - TimeDelta::Seconds(3));
  EXPECT_GT(call.shown.size(), room.rendition.sent.size() / 4);
  // Never more than a third again of the media, roughly: the loss isn't answered with more of its
  // cause.
  const uint64_t media = call.tx.packets.value() - call.tx.retransmissions.value();
  EXPECT_LT(call.tx.retransmissions.value(), media * 4 / 10 + 60);
}

TEST_P(VideoOverBadNetworks, PacketsThatOvertakeEachOtherAreNoLoss) {
  StreamRoom room(GetParam(), 5);
  LinkConditions path = Path(0, TimeDelta::Millis(20), TimeDelta::Millis(8));
  path.duplicate = 0.1;
  StreamCall& call = room.Join(Both(path));
  room.time.RunFor(TimeDelta::Seconds(20));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(1));
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(ExpectDecodable(room, call), 0u);
  EXPECT_EQ(call.rx.plis.value(), 0u);
  EXPECT_GT(call.rx.duplicates.value(), 100u);
  EXPECT_LT(call.tx.retransmissions.value(), call.tx.packets.value() / 20);
}

TEST_P(VideoOverBadNetworks, NumbersMayWrapInTheMiddleOfIt) {
  StreamRoom room(GetParam(), 6);
  CallConditions conditions = Both(Path(0.05, TimeDelta::Millis(25), TimeDelta::Millis(5)));
  conditions.first_sequence = 65'500;
  const auto start = static_cast<uint32_t>(room.time.now().us() * 9 / 100);
  conditions.timestamp_offset = 0u - start - 2 * 90'000;  // wraps after two seconds
  StreamCall& call = room.Join(conditions);
  room.time.RunFor(TimeDelta::Seconds(20));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(2));
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(ExpectDecodable(room, call), 0u);
  EXPECT_GT(call.shown.front().rtp_timestamp, call.shown.back().rtp_timestamp);
  EXPECT_EQ(call.rx.suspect_sequences.value(), 0u);
}

TEST_P(VideoOverBadNetworks, WhoJoinsLaterBeginsWithAKeyFrame) {
  StreamRoom room(GetParam(), 7);
  StreamCall& early = room.Join(Both(Path(0, TimeDelta::Millis(10))));
  room.time.RunFor(TimeDelta::Millis(5010));
  const uint64_t keys_before = early.rx.key_frames.value();
  StreamCall& late = room.Join(Both(Path(0, TimeDelta::Millis(10))));
  const Timestamp joined = room.time.now();
  room.time.RunFor(TimeDelta::Seconds(5));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(1));

  ASSERT_FALSE(late.shown.empty());
  EXPECT_EQ(ExpectDecodable(room, late), 0u);
  EXPECT_LT(late.shown.front().when, joined + TimeDelta::Millis(200));
  // It costs the others one key frame, and no picture.
  EXPECT_EQ(ExpectDecodable(room, early), 0u);
  EXPECT_EQ(early.shown.size(), room.rendition.sent.size());
  EXPECT_EQ(early.rx.key_frames.value(), keys_before + 1);
}

TEST_P(VideoOverBadNetworks, PictureIsBackSoonAfterAnOutage) {
  StreamRoom room(GetParam(), 8);
  StreamCall& call = room.Join(Both(Path(0, TimeDelta::Millis(50))));
  room.time.RunFor(TimeDelta::Seconds(5));
  call.down.SetConditions(Path(1, TimeDelta::Millis(50)));
  room.time.RunFor(TimeDelta::Seconds(3));
  call.down.SetConditions(Path(0, TimeDelta::Millis(50)));
  const Timestamp healed = room.time.now();
  const size_t before = call.shown.size();
  room.time.RunFor(TimeDelta::Seconds(5));
  ExpectDecodable(room, call);
  ASSERT_GT(call.shown.size(), before);
  EXPECT_LT(call.shown[before].when, healed + TimeDelta::Millis(700));
  EXPECT_GT(call.shown.size(), before + 100);
  EXPECT_LE(call.rx.plis.value(), 4u);
}

TEST_P(VideoOverBadNetworks, KeyFramesDontOverflowAThinLink) {
  StreamRoom room(GetParam(), 9);
  room.rendition.delta_size = 1'000;  // 200 kbit/s
  CallConditions conditions = Both(Path(0, TimeDelta::Millis(30)));
  conditions.rate = DataRate::KilobitsPerSec(200);
  conditions.down.rate = DataRate::KilobitsPerSec(520);
  conditions.down.queue_limit = TimeDelta::Millis(60);  // a 12 kB key frame at once takes 180 ms
  StreamCall& call = room.Join(conditions);
  for (int i = 0; i < 10; ++i) {
    room.time.RunFor(TimeDelta::Seconds(2));
    call.Request();
  }
  room.time.RunFor(TimeDelta::Seconds(1));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(1));
  EXPECT_EQ(call.rx.key_frames.value(), 11u);
  EXPECT_EQ(call.down.overflowed(), 0u);
  EXPECT_EQ(call.shown.size(), room.rendition.sent.size());
}

TEST_P(VideoOverBadNetworks, NackStormOnATooThinLinkIsContained) {
  StreamRoom room(GetParam(), 10);
  CallConditions conditions = Both(Path(0.02, TimeDelta::Millis(300)));
  conditions.rate = DataRate::KilobitsPerSec(800);
  conditions.down.rate = DataRate::KilobitsPerSec(400);  // half of what is sent
  StreamCall& call = room.Join(conditions);
  room.time.RunFor(TimeDelta::Seconds(30));
  ExpectDecodable(room, call);
  const uint64_t media = call.tx.packets.value() - call.tx.retransmissions.value();
  EXPECT_LT(call.tx.retransmissions.value(), media * 4 / 10 + 60);
}

TEST_P(VideoOverBadNetworks, FeedbackTellsTheSenderExactlyWhatArrived) {
  StreamRoom room(GetParam(), 11);
  CallConditions conditions;
  conditions.down = Path(0.10, TimeDelta::Millis(25), TimeDelta::Millis(15));
  StreamCall& call = room.Join(conditions);  // nothing is lost on the way up
  room.time.RunFor(TimeDelta::Seconds(20));
  room.StopCamera();
  room.time.RunFor(TimeDelta::Seconds(1));
  const std::set<int64_t> arrived(call.arrived_packets.begin(), call.arrived_packets.end());
  const std::set<int64_t> reported(call.reported_packets.begin(), call.reported_packets.end());
  EXPECT_GT(arrived.size(), 1000u);
  std::vector<int64_t> difference;
  std::set_symmetric_difference(arrived.begin(), arrived.end(), reported.begin(), reported.end(),
                                std::back_inserter(difference));
  EXPECT_EQ(difference, std::vector<int64_t>{});
}

TEST_P(VideoOverBadNetworks, SharedFramesAreGivenBack) {
  StreamRoom room(GetParam(), 12);
  for (int i = 0; i < 5; ++i) room.Join(Both(Path(0.05, TimeDelta::Millis(25))));
  room.time.RunFor(TimeDelta::Seconds(20));
  const size_t frames = room.rendition.pool().frames();
  room.time.RunFor(TimeDelta::Seconds(40));
  // Five histories hold the same frames, and as many as before.
  EXPECT_LT(room.rendition.pool().frames(), frames + frames / 2);
  EXPECT_LT(frames, 250u);
}

TEST_P(VideoOverBadNetworks, AfterAnyStormThePictureIsBack) {
  Prng random(99);
  for (uint64_t seed = 100; seed < 140; ++seed) {
    SCOPED_TRACE(seed);
    StreamRoom room(GetParam(), seed);
    const auto millis = [&](int64_t most) {
      return TimeDelta::Millis(static_cast<int64_t>(random.Unit() * static_cast<double>(most)));
    };
    LinkConditions storm = Path(random.Unit() * 0.6, millis(400), millis(60));
    storm.duplicate = random.Unit() * 0.3;
    CallConditions conditions = Both(storm);
    conditions.rtx = seed % 2 == 0;
    conditions.first_sequence = static_cast<uint16_t>(random.Next());
    StreamCall& call = room.Join(conditions);
    room.time.RunFor(TimeDelta::Seconds(10));
    call.down.SetConditions(Path(0, storm.delay));
    call.up.SetConditions(Path(0, storm.delay));
    room.time.RunFor(TimeDelta::Seconds(4));
    ExpectDecodable(room, call);
    ASSERT_FALSE(call.shown.empty());
    EXPECT_GT(call.shown.back().when, room.time.now() - TimeDelta::Millis(200));
  }
}

TEST_P(VideoOverBadNetworks, TheSameSeedIsTheSameRun) {
  const auto run = [](uint64_t seed) {
    StreamRoom room(GetParam(), seed);
    StreamCall& call = room.Join(Both(Path(0.2, TimeDelta::Millis(40), TimeDelta::Millis(20))));
    room.time.RunFor(TimeDelta::Seconds(10));
    std::vector<std::pair<uint32_t, int64_t>> trace;
    for (const ShownFrame& f : call.shown) trace.emplace_back(f.rtp_timestamp, f.when.us());
    trace.emplace_back(call.tx.retransmissions.value(), call.rx.nacks.value());
    return trace;
  };
  EXPECT_EQ(run(13), run(13));
  EXPECT_NE(run(13), run(14));
}

}  // namespace
}  // namespace continuo::test
