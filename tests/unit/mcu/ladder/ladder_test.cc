// SPDX-License-Identifier: Apache-2.0
#include "mcu/ladder/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <vector>

#include "hwaccel/cpu/memory_canvas.h"
#include "hwaccel/picture_buffer.h"
#include "tests/unit/mcu/ladder/fake_video_encoder.h"

namespace continuo {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr VideoRendition kHdVp8{VideoCodec::kVp8, Rung::kHd};
constexpr VideoRendition kHdH264{VideoCodec::kH264, Rung::kHd};
constexpr VideoRendition kSdVp8{VideoCodec::kVp8, Rung::kSd};
constexpr VideoRendition kSdH264{VideoCodec::kH264, Rung::kSd};

Timestamp StoppedClock() { return {}; }

struct Received {
  VideoRendition rendition;
  FrameKind kind;
  Timestamp at;
  uint32_t rtp_timestamp;
};

class RecordingSink final : public RenditionSink {
 public:
  void OnRenditionFrame(VideoRendition rendition, const EncodedFrame& frame) override {
    frames.push_back({rendition, frame.kind, frame.capture_time, frame.rtp_timestamp});
  }
  // When this rendition's key frames came, in ms after the first frame of all.
  std::vector<int64_t> KeyFrameTimes(VideoRendition rendition) const {
    std::vector<int64_t> times;
    for (const Received& frame : frames) {
      if (frame.rendition == rendition && frame.kind == FrameKind::kKey) {
        times.push_back((frame.at - frames[0].at).ms());
      }
    }
    return times;
  }
  std::vector<Received> frames;
};

// A room with a canvas, and a compose thread that comes when it is told to.
class LadderTest : public testing::Test {
 protected:
  void Activate(std::initializer_list<VideoRendition> renditions) {
    std::bitset<kVideoRenditionCount> active;
    for (const VideoRendition r : renditions) active.set(static_cast<size_t>(r.index()));
    ladder_.SetActive(active);
  }
  // Lets time pass; `before_encode` changes the canvas.
  void RunFor(TimeDelta time, const std::function<void()>& before_encode) {
    const Timestamp end = now_ + time;
    while (ladder_.NextDeadline() < end) {
      ASSERT_LT(++turns_, 100'000) << "the ladder never sleeps";
      now_ = std::max(now_, ladder_.NextDeadline()) + lateness_;
      before_encode();
      ladder_.Encode(canvas_, version_, now_);
    }
    now_ = end;
  }
  void RunMovingFor(TimeDelta time) {
    RunFor(time, [this] { ++version_; });
  }
  void RunStillFor(TimeDelta time) {
    RunFor(time, [] {});
  }
  RenditionProbe& ProbeOf(VideoRendition rendition) {
    return probe_.renditions[static_cast<size_t>(rendition.index())];
  }
  // What the decoders of everybody see: nothing of one tick is counted into the next.
  std::map<int, int> FramesPerRendition() const {
    std::map<int, int> count;
    for (const Received& frame : sink_.frames) ++count[frame.rendition.index()];
    return count;
  }

  EncoderBench bench_;
  InlineTaskRunner runner_;
  RecordingSink sink_;
  LadderProbe probe_;
  PictureBuffer picture_{PixelSize{1280, 720}};
  MemoryCanvas canvas_{picture_.view()};
  uint64_t version_ = 1;
  Timestamp now_ = Timestamp::Millis(1'000'000'000);
  TimeDelta lateness_;
  int turns_ = 0;
  Ladder ladder_{FakeVideoEncoder::Factory(bench_), runner_, sink_, probe_, now_, StoppedClock};
};

TEST_F(LadderTest, SleepsWhileNobodyLooks) {
  EXPECT_TRUE(ladder_.NextDeadline().IsInfinite());
  RunMovingFor(TimeDelta::Seconds(10));
  EXPECT_THAT(bench_.calls, IsEmpty());
  EXPECT_THAT(bench_.made, IsEmpty());
}

TEST_F(LadderTest, EncodesEachRenditionOnceAtItsOwnPace) {
  Activate({kHdVp8, kHdH264, kSdVp8});
  RunMovingFor(TimeDelta::Seconds(10));
  EXPECT_EQ(
      FramesPerRendition(),
      (std::map<int, int>{{kHdVp8.index(), 250}, {kHdH264.index(), 250}, {kSdVp8.index(), 200}}));
  EXPECT_THAT(bench_.calls, SizeIs(700));
  EXPECT_EQ(ProbeOf(kSdVp8).encodes.value(), 200U);
  EXPECT_EQ(ProbeOf(kSdH264).encodes.value(), 0U);
  EXPECT_EQ(ProbeOf(kHdVp8).missed_ticks.value(), 0U);
}

TEST_F(LadderTest, AsksEachEncoderForItsRung) {
  Activate({kHdVp8, kSdVp8});
  RunMovingFor(TimeDelta::Millis(10));
  ASSERT_THAT(bench_.made, SizeIs(2));
  EXPECT_EQ(bench_.made[0].size, (PixelSize{1280, 720}));
  EXPECT_EQ(bench_.made[0].frames_per_second, 25);
  EXPECT_EQ(bench_.made[0].rate, DataRate::KilobitsPerSec(1200));
  EXPECT_EQ(bench_.made[1].size, (PixelSize{640, 360}));
  EXPECT_EQ(bench_.made[1].frames_per_second, 20);
  EXPECT_EQ(bench_.made[1].rate, DataRate::KilobitsPerSec(400));
}

TEST_F(LadderTest, ShowsEveryRungTheSamePicture) {
  Activate({kHdVp8, kSdVp8, kSdH264});
  uint8_t luma = 0;
  RunFor(TimeDelta::Seconds(1), [&] {
    luma = static_cast<uint8_t>(luma + 3);
    ++version_;
    std::memset(picture_.view().planes[0], luma, static_cast<size_t>(1280 * 720));
    std::memset(picture_.view().planes[1], luma, static_cast<size_t>(640 * 360));
    std::memset(picture_.view().planes[2], luma, static_cast<size_t>(640 * 360));
    canvas_.Changed();
  });
  std::map<int64_t, int> luma_at;
  for (const auto& call : bench_.calls) {
    const auto [seen, first] = luma_at.try_emplace(call.at.us(), call.luma);
    EXPECT_EQ(seen->second, call.luma) << "all renditions of one tick show one canvas";
    EXPECT_EQ(call.size.width == 640, call.size.height == 360);
  }
  EXPECT_GT(luma_at.size(), 30U);
}

TEST_F(LadderTest, StampsAllRenditionsFromOneClock) {
  Activate({kHdVp8, kSdH264});
  RunMovingFor(TimeDelta::Seconds(1));
  for (const Received& frame : sink_.frames) {
    // 90 ticks a millisecond since the machine began, modulo 2^32.
    EXPECT_EQ(frame.rtp_timestamp, static_cast<uint32_t>(uint64_t(frame.at.us()) * 9 / 100));
  }
  EXPECT_EQ(sink_.frames[1].at, sink_.frames[0].at);
}

TEST_F(LadderTest, KeepsThePaceWhenTheThreadComesLate) {
  lateness_ = TimeDelta::Millis(7);
  Activate({kHdVp8});
  RunMovingFor(TimeDelta::Seconds(10));
  EXPECT_NEAR(FramesPerRendition()[kHdVp8.index()], 250, 1);
}

TEST_F(LadderTest, SkipsTheTicksThatNobodyCameFor) {
  Activate({kHdVp8});
  RunMovingFor(TimeDelta::Millis(100));
  const size_t before = bench_.calls.size();
  now_ += TimeDelta::Millis(400);
  RunMovingFor(TimeDelta::Millis(10));
  EXPECT_EQ(bench_.calls.size(), before + 1) << "no burst to catch up";
  EXPECT_EQ(ProbeOf(kHdVp8).missed_ticks.value(), 9U);
}

TEST_F(LadderTest, EncodesAStillCanvasOnlyToKeepAlive) {
  Activate({kHdVp8, kSdVp8});
  RunStillFor(TimeDelta::Millis(10'010));
  EXPECT_EQ(FramesPerRendition(), (std::map<int, int>{{kHdVp8.index(), 11}, {kSdVp8.index(), 11}}));
  EXPECT_EQ(ProbeOf(kHdVp8).skipped_unchanged.value(), 240U);
  EXPECT_EQ(ProbeOf(kSdVp8).skipped_unchanged.value(), 190U);
}

TEST_F(LadderTest, KeepsAliveEverySecondEvenWhenLate) {
  lateness_ = TimeDelta::Millis(3);
  Activate({kHdVp8});
  RunStillFor(TimeDelta::Seconds(5));
  for (size_t i = 1; i < sink_.frames.size(); ++i) {
    EXPECT_LE(sink_.frames[i].at - sink_.frames[i - 1].at, TimeDelta::Millis(1003));
  }
  EXPECT_GE(sink_.frames.size(), 5U);
}

TEST_F(LadderTest, EncodesTheFirstChangeAtTheNextTick) {
  Activate({kHdVp8});
  RunStillFor(TimeDelta::Millis(510));
  ASSERT_THAT(sink_.frames, SizeIs(1));
  ++version_;
  RunStillFor(TimeDelta::Millis(200));
  ASSERT_THAT(sink_.frames, SizeIs(2));
  EXPECT_EQ(sink_.frames[1].at - sink_.frames[0].at, TimeDelta::Millis(520));
}

TEST_F(LadderTest, AnswersAKeyFrameRequestAtOnceEvenWhenNothingMoves) {
  Activate({kHdVp8});
  RunStillFor(TimeDelta::Millis(1510));
  ladder_.RequestKeyFrame(kHdVp8, now_);
  EXPECT_EQ(ladder_.NextDeadline(), now_);
  RunStillFor(TimeDelta::Millis(1));
  EXPECT_THAT(sink_.KeyFrameTimes(kHdVp8), ElementsAre(0, 1510));
  EXPECT_EQ(ProbeOf(kHdVp8).key_frames.value(), 2U);
}

TEST_F(LadderTest, CoalescesKeyFrameRequestsIntoOneASecond) {
  Activate({kHdVp8, kSdVp8});
  RunMovingFor(TimeDelta::Millis(2005));
  // Eleven people with bad lines, over two and a half seconds.
  for (int i = 0; i < 10; ++i) {
    ladder_.RequestKeyFrame(kHdVp8, now_);
    ladder_.RequestKeyFrame(kHdVp8, now_);
    RunMovingFor(TimeDelta::Millis(250));
  }
  RunMovingFor(TimeDelta::Seconds(5));
  EXPECT_THAT(sink_.KeyFrameTimes(kHdVp8), ElementsAre(0, 2005, 3005, 4005, 5005));
  EXPECT_THAT(sink_.KeyFrameTimes(kSdVp8), ElementsAre(0)) << "others pay nothing";
}

TEST_F(LadderTest, StartsANewRenditionWithAKeyFrameAndNoOtherSuffers) {
  Activate({kHdVp8});
  RunMovingFor(TimeDelta::Seconds(3));
  Activate({kHdVp8, kSdH264});
  ladder_.RequestKeyFrame(kSdH264, now_);
  RunMovingFor(TimeDelta::Seconds(3));
  EXPECT_THAT(sink_.KeyFrameTimes(kSdH264), ElementsAre(3000));
  EXPECT_THAT(sink_.KeyFrameTimes(kHdVp8), ElementsAre(0));
}

TEST_F(LadderTest, DestroysTheEncoderThatNobodyIsOn) {
  Activate({kHdVp8, kSdVp8});
  RunMovingFor(TimeDelta::Seconds(1));
  EXPECT_EQ(bench_.alive, 2);
  Activate({kHdVp8});
  EXPECT_EQ(bench_.alive, 1);
  const uint64_t encodes = ProbeOf(kSdVp8).encodes.value();
  RunMovingFor(TimeDelta::Seconds(1));
  EXPECT_EQ(ProbeOf(kSdVp8).encodes.value(), encodes);
  Activate({kHdVp8, kSdVp8});
  RunMovingFor(TimeDelta::Millis(10));
  EXPECT_THAT(sink_.KeyFrameTimes(kSdVp8), ElementsAre(0, 2000)) << "back again, from the start";
}

TEST_F(LadderTest, ReplacesAnEncoderThatFailed) {
  Activate({kHdVp8});
  RunMovingFor(TimeDelta::Millis(1010));
  bench_.fail = true;
  RunMovingFor(TimeDelta::Millis(35));
  bench_.fail = false;
  RunMovingFor(TimeDelta::Millis(100));
  EXPECT_EQ(ProbeOf(kHdVp8).failures.value(), 1U);
  EXPECT_EQ(ProbeOf(kHdVp8).encoders_created.value(), 2U);
  EXPECT_THAT(sink_.KeyFrameTimes(kHdVp8), ElementsAre(0, 1080)) << "the next tick is a key frame";
}

TEST_F(LadderTest, TriesABrokenEncoderOnceASecondAndKeepsTheRoomGoing) {
  Activate({kHdVp8});
  bench_.fail = true;
  RunMovingFor(TimeDelta::Seconds(20));
  EXPECT_LE(bench_.made.size(), 22U);
  EXPECT_GE(bench_.made.size(), 18U);
  bench_.fail = false;
  bench_.refuse_to_make = true;
  RunMovingFor(TimeDelta::Seconds(5));
  EXPECT_THAT(sink_.frames, IsEmpty());
  bench_.refuse_to_make = false;
  RunMovingFor(TimeDelta::Seconds(2));
  EXPECT_GT(sink_.frames.size(), 20U);
}

TEST_F(LadderTest, OneBrokenRenditionDoesNotStopAnother) {
  // The same factory, but H.264 cannot be made here.
  Ladder ladder(
      [this](VideoCodec codec,
             const VideoEncoderConfig& config) -> Result<std::unique_ptr<VideoEncoder>> {
        if (codec == VideoCodec::kH264) return Fail(ErrorCode::kUnsupported, "no H.264 here");
        return FakeVideoEncoder::Factory(bench_)(codec, config);
      },
      runner_, sink_, probe_, now_, StoppedClock);
  ladder.SetActive(0b1111);
  for (int tick = 0; tick < 25; ++tick) {
    ladder.Encode(canvas_, ++version_, now_ + TimeDelta::Millis(40) * tick);
  }
  EXPECT_EQ(FramesPerRendition()[kHdVp8.index()], 25);
  EXPECT_EQ(FramesPerRendition()[kHdH264.index()], 0);
  EXPECT_GE(ProbeOf(kHdH264).failures.value(), 1U);
}

TEST_F(LadderTest, ShowsAgainWhatRateControlDropped) {
  Activate({kHdVp8});
  RunStillFor(TimeDelta::Millis(10));
  bench_.drop = true;
  ++version_;
  RunStillFor(TimeDelta::Millis(100));
  EXPECT_THAT(sink_.frames, SizeIs(1));
  EXPECT_EQ(ProbeOf(kHdVp8).dropped_frames.value(), 2U);
  bench_.drop = false;
  RunStillFor(TimeDelta::Millis(40));
  EXPECT_THAT(sink_.frames, SizeIs(2)) << "the change is not lost";
  EXPECT_EQ(ProbeOf(kHdVp8).encoded_bytes.value(), 2U);
}

TEST_F(LadderTest, DoesNotSpinOnAnEncoderThatMakesNoKeyFrame) {
  Activate({kHdVp8});
  RunMovingFor(TimeDelta::Seconds(2));
  bench_.ignore_forced_key_frames = true;
  ladder_.RequestKeyFrame(kHdVp8, now_);
  const size_t before = bench_.calls.size();
  RunMovingFor(TimeDelta::Seconds(1));
  EXPECT_LE(bench_.calls.size() - before, 60U);
  EXPECT_EQ(bench_.calls.back().force, ForceKeyFrame::kYes) << "and does not forget either";
}

// A runner that keeps count of what it was given.
class CountingRunner final : public TaskRunner {
 public:
  void RunAll(std::span<Task* const> tasks) override {
    together.push_back(tasks.size());
    InlineTaskRunner().RunAll(tasks);
  }
  std::vector<size_t> together;
};

TEST_F(LadderTest, RunsTheEncodersOfOneTickTogether) {
  CountingRunner runner;
  Ladder ladder(FakeVideoEncoder::Factory(bench_), runner, sink_, probe_, now_, StoppedClock);
  ladder.SetActive(0b1111);
  ladder.Encode(canvas_, 1, now_);
  ladder.Encode(canvas_, 2, now_ + TimeDelta::Millis(40));
  ladder.Encode(canvas_, 3, now_ + TimeDelta::Millis(50));
  ladder.Encode(canvas_, 4, now_ + TimeDelta::Millis(60));
  ladder.Encode(canvas_, 5, now_ + TimeDelta::Millis(200));
  EXPECT_THAT(runner.together, ElementsAre(4, 2, 2, 4));
}

TEST_F(LadderTest, GivesTheSameFramesFromAThreadPool) {
  // Encoders of their own for each thread: what a factory makes is used by one task only.
  std::vector<std::unique_ptr<EncoderBench>> benches;
  ThreadPool pool(3);
  Ladder ladder(
      [&](VideoCodec codec, const VideoEncoderConfig& config) {
        benches.push_back(std::make_unique<EncoderBench>());
        return FakeVideoEncoder::Factory(*benches.back())(codec, config);
      },
      pool, sink_, probe_, now_, StoppedClock);
  ladder.SetActive(0b1111);
  for (int tick = 0; tick < 200; ++tick) {
    ladder.Encode(canvas_, ++version_, now_ + TimeDelta::Millis(10) * tick);
  }
  EXPECT_EQ(FramesPerRendition(), (std::map<int, int>{{0, 50}, {1, 50}, {2, 40}, {3, 40}}));
  ladder.SetActive(0);
  EXPECT_TRUE(ladder.NextDeadline().IsInfinite());
}

}  // namespace
}  // namespace continuo
