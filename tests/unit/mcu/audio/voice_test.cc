// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/voice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <vector>

#include "base/random.h"
#include "tests/unit/mcu/audio/fake_codec.h"

namespace continuo {
namespace {

using test::FakeSound;

// A sender, a line and a listener in virtual time. The line's delay is `lag` of each packet; the
// sender's clock runs `drift_ppm` fast.
class Line {
 public:
  explicit Line(FakeSound sound = {.kind = FakeSound::Kind::kTimeCode}) : sound_(sound) {}

  std::function<TimeDelta(int64_t packet)> lag = [](int64_t) { return TimeDelta::Millis(30); };
  std::function<bool(int64_t packet)> loses = [](int64_t) { return false; };
  std::function<bool(int64_t packet)> doubles = [](int64_t) { return false; };
  std::function<bool(int64_t packet)> speaks = [](int64_t) { return true; };
  int drift_ppm = 0;

  // Runs for `time`, and hands every 20 ms to `listener`.
  void Run(TimeDelta time, const std::function<void(Timestamp, const AudioFrame&)>& listener = {}) {
    const Timestamp end = now_ + time;
    while (now_ < end) {
      now_ += kAudioTick;
      SendUpTo(now_);
      while (!flying_.empty() && flying_.begin()->first <= now_) {
        Deliver(flying_.begin()->first, flying_.begin()->second);
        flying_.erase(flying_.begin());
      }
      voice_.Pull(now_, frame_);
      if (listener) listener(now_, frame_);
    }
  }
  void Deliver(Timestamp arrival, int64_t packet) {
    FakeSound sound = sound_;
    sound.start = TimestampOf(packet);
    const auto payload = test::ToPayload(sound);
    voice_.Insert({SequenceOf(packet), sound.start + timestamp_offset, arrival, payload});
  }
  std::vector<int16_t> Listen(TimeDelta time) {
    std::vector<int16_t> heard;
    Run(time,
        [&](Timestamp, const AudioFrame& f) { heard.insert(heard.end(), f.begin(), f.end()); });
    return heard;
  }

  Timestamp now() const { return now_; }
  IncomingVoice& voice() { return voice_; }
  AudioMixProbe& probe() { return probe_; }
  int64_t next_packet() const { return next_; }
  // When the first sample of a packet was spoken, on the listener's clock.
  Timestamp SpokenAt(int64_t packet) const {
    return kStart +
           TimeDelta::Micros(TimestampOf(packet) * 125 / 6 * 1'000'000 / (1'000'000 + drift_ppm));
  }
  // How old the sound is: from the mouth's side of the sender's clock to the listener's ear, minus
  // the length of a packet, which the sender needs to fill it. Time codes only.
  TimeDelta Age(Timestamp now, const AudioFrame& frame) const {
    const int64_t spoken = TimeDelta(now - kStart).ms() * (1'000'000 + drift_ppm) / 1'000'000;
    const int64_t behind = (spoken - (frame[0] - test::kTimeCodeBase)) % test::kTimeCodeSpan;
    return TimeDelta::Millis((behind + test::kTimeCodeSpan) % test::kTimeCodeSpan);
  }

  int64_t sequence_offset = 0;
  int64_t timestamp_offset = 0;

 private:
  static constexpr Timestamp kStart = Timestamp::Millis(1007);

  int64_t TimestampOf(int64_t packet) const {
    return packet * static_cast<int64_t>(sound_.samples());
  }
  int64_t SequenceOf(int64_t packet) {
    // DTX: silence takes time, but no sequence numbers.
    return sequence_offset + packet - skipped_before_[packet];
  }
  void SendUpTo(Timestamp now) {
    for (; SpokenAt(next_) <= now; ++next_) {
      skipped_before_[next_] = skipped_;
      if (!speaks(next_)) {
        ++skipped_;
        continue;
      }
      if (loses(next_)) continue;
      flying_.emplace(SpokenAt(next_) + lag(next_), next_);
      if (doubles(next_))
        flying_.emplace(SpokenAt(next_) + lag(next_) + TimeDelta::Millis(3), next_);
    }
  }

  FakeSound sound_;
  AudioMixProbe probe_;
  IncomingVoice voice_{std::make_unique<test::FakeDecoder>(), probe_};
  std::multimap<Timestamp, int64_t> flying_;
  std::map<int64_t, int64_t> skipped_before_;
  AudioFrame frame_{};
  Timestamp now_ = kStart;
  int64_t next_ = 0;
  int64_t skipped_ = 0;
};

FakeSound Tone(int hertz, int amplitude = 8000) {
  return {.amplitude = static_cast<int16_t>(amplitude), .hertz = static_cast<uint16_t>(hertz)};
}

int64_t SilentSamples(std::span<const int16_t> sound) {
  return std::count(sound.begin(), sound.end(), int16_t{0});
}

TEST(VoiceTest, SteadyLineIsHeardWholeAndWithLittleDelay) {
  for (uint8_t steps : {4, 8, 16, 24, 48}) {  // 10 to 120 ms
    Line line({.kind = FakeSound::Kind::kTimeCode, .steps = steps});
    line.Run(TimeDelta::Seconds(5));
    TimeDelta most;
    int last = -1;
    int64_t breaks = 0;
    line.Run(TimeDelta::Seconds(10), [&](Timestamp now, const AudioFrame& frame) {
      for (int16_t s : frame) {
        if (last >= 0 && (s - last > 1 || s < last)) ++breaks;
        last = s;
      }
      most = std::max(most, line.Age(now, frame));
    });
    EXPECT_EQ(breaks, 0) << steps;
    EXPECT_EQ(line.probe().concealed_ticks.value(), 0u) << steps;
    // 30 ms of line, up to one tick until it's heard, and the margin.
    EXPECT_LE(most, TimeDelta::Millis(30 + 20 + 15)) << steps;
  }
}

TEST(VoiceTest, ReorderedAndDoubledPacketsAreHeardOnceAndInOrder) {
  Line line;
  line.lag = [](int64_t n) { return TimeDelta::Millis(n % 10 == 3 ? 75 : 30); };
  line.doubles = [](int64_t n) { return n % 7 == 0; };
  line.Run(TimeDelta::Seconds(5));
  const uint64_t concealed = line.probe().concealed_ticks.value();
  const uint64_t late = line.probe().late_packets.value();
  int last = -1;
  line.Run(TimeDelta::Seconds(10), [&](Timestamp, const AudioFrame& frame) {
    for (int16_t s : frame) {
      EXPECT_GE(s, last);
      last = s;
    }
  });
  EXPECT_EQ(line.probe().concealed_ticks.value(), concealed);
  EXPECT_EQ(line.probe().late_packets.value(), late);
  EXPECT_GE(line.probe().duplicate_packets.value(), 100u);
}

TEST(VoiceTest, LostPacketIsRecoveredFromTheNextOnesFec) {
  Line line;
  line.lag = [](int64_t n) { return TimeDelta::Millis(n % 5 == 1 ? 65 : 30); };  // waits 40 ms
  line.Run(TimeDelta::Seconds(4));
  line.loses = [](int64_t n) { return n % 10 == 9; };
  int last = -1;
  const uint64_t concealed = line.probe().concealed_ticks.value();
  const uint64_t recovered = line.probe().fec_recovered.value();
  const uint64_t lost = line.probe().lost_packets.value();
  line.Run(TimeDelta::Seconds(10), [&](Timestamp, const AudioFrame& frame) {
    for (int16_t s : frame) {
      EXPECT_TRUE(last < 0 || (s >= last && s - last <= 12)) << last << " then " << s;
      last = s;
    }
  });
  EXPECT_NEAR(static_cast<double>(line.probe().fec_recovered.value() - recovered), 50, 2);
  EXPECT_NEAR(static_cast<double>(line.probe().lost_packets.value() - lost), 50, 2);
  EXPECT_EQ(line.probe().concealed_ticks.value(), concealed);
}

TEST(VoiceTest, LossOfABurstIsConcealedAndTheDelayStays) {
  Line line;
  line.Run(TimeDelta::Seconds(5));
  TimeDelta before;
  line.Run(kAudioTick, [&](auto now, auto& frame) { before = line.Age(now, frame); });
  const int64_t first = line.next_packet();
  line.loses = [first](int64_t n) { return n >= first && n < first + 5; };
  line.Run(TimeDelta::Millis(500));
  TimeDelta after;
  line.Run(kAudioTick, [&](auto now, auto& frame) { after = line.Age(now, frame); });
  EXPECT_EQ(line.probe().lost_packets.value(), 5u);
  EXPECT_GE(line.probe().concealed_ticks.value(), 4u);
  EXPECT_LE(after, before + TimeDelta::Millis(25));
}

TEST(VoiceTest, SilentLineFadesFromConcealmentToSilence) {
  Line line(Tone(440));
  line.Run(TimeDelta::Seconds(2));
  line.loses = [](int64_t) { return true; };
  const std::vector<int16_t> sound = line.Listen(TimeDelta::Seconds(1));
  // What was on its way, then up to 100 ms as if nothing were, 40 ms of fade, then nothing.
  const auto ms = [&](int from, int to) {
    return std::span(sound).subspan(static_cast<size_t>(from) * 48,
                                    static_cast<size_t>(to - from) * 48);
  };
  EXPECT_GT(test::ToneAmplitude(ms(0, 100), 440, 48'000), 7900);
  EXPECT_EQ(SilentSamples(ms(240, 1000)), 760 * 48);
  EXPECT_LE(test::LargestStep(sound), 8000 * 440 * 2 * 3.15 / 48'000);  // no click
  EXPECT_LE(line.probe().concealed_ticks.value(), 8u);
}

TEST(VoiceTest, ComesBackAfterSilenceWithoutAClickAndWithoutOldDelay) {
  Line line(Tone(440));
  line.speaks = [](int64_t n) { return n % 200 < 100; };  // two seconds on, two off
  const std::vector<int16_t> sound = line.Listen(TimeDelta::Seconds(20));
  // The fake's fade and the ramp are gentler than the tone itself.
  EXPECT_LE(test::LargestStep(sound), 8000 * 440 * 2 * 3.15 / 48'000 + 40);
  EXPECT_EQ(line.probe().lost_packets.value(), 0u);
  EXPECT_EQ(line.probe().discarded_packets.value(), 0u);
  EXPECT_LE(line.voice().jitter_buffer().delay(), TimeDelta::Millis(35));
}

// The classic: after one stall the delay must not stay.
TEST(VoiceTest, DelayShrinksBackWithinSecondsAfterAStall) {
  Line line;
  line.Run(TimeDelta::Seconds(10));
  TimeDelta before;
  line.Run(kAudioTick, [&](auto now, auto& frame) { before = line.Age(now, frame); });
  // 300 ms in which nothing gets through, then all of it at once.
  const int64_t first = line.next_packet();
  line.lag = [first](int64_t n) {
    const int64_t queued = 300 - (n - first) * 20;
    return TimeDelta::Millis(30 + (n >= first ? std::max<int64_t>(queued, 0) : 0));
  };
  TimeDelta most;
  line.Run(TimeDelta::Millis(600), [&](auto now, auto& frame) {
    if (frame[0] != 0) most = std::max(most, line.Age(now, frame));
  });
  EXPECT_GT(most, TimeDelta::Millis(250)) << "nothing of it should have been thrown away";
  line.Run(TimeDelta::Seconds(5));
  TimeDelta after;
  line.Run(kAudioTick, [&](auto now, auto& frame) { after = line.Age(now, frame); });
  EXPECT_LE(after, before + TimeDelta::Millis(25));
  EXPECT_EQ(line.probe().discarded_packets.value(), 0u);
  EXPECT_GT(line.probe().shortened_samples.value(), 48u * 200);
}

TEST(VoiceTest, AStallOfSecondsCostsTheOldSoundNotHalfASecondMoreDelay) {
  Line line;
  line.Run(TimeDelta::Seconds(5));
  const int64_t first = line.next_packet();
  line.lag = [first](int64_t n) {
    return TimeDelta::Millis(30 + (n >= first ? std::max<int64_t>(1500 - (n - first) * 20, 0) : 0));
  };
  line.Run(TimeDelta::Millis(1600));
  TimeDelta most;
  line.Run(TimeDelta::Seconds(1), [&](auto now, auto& frame) {
    if (frame[0] > 0) most = std::max(most, line.Age(now, frame));
  });
  EXPECT_LE(most, TimeDelta::Millis(30 + 20) + JitterBuffer::kMaxDelay);
}

// A stall of 150 ms every 2.5 s: the first are heard as holes, then the wait is long enough, and
// when they end it's short again.
TEST(VoiceTest, StallsThatComeAgainAreWaitedFor) {
  Line line;
  bool stalls = true;
  line.lag = [&stalls](int64_t n) {
    return TimeDelta::Millis(30 + (stalls ? std::max<int64_t>(150 - n % 125 * 20, 0) : 0));
  };
  line.Run(TimeDelta::Seconds(20));
  const uint64_t learnt = line.probe().concealed_ticks.value();
  EXPECT_GE(learnt, 5u);
  line.Run(TimeDelta::Seconds(30));
  EXPECT_LE(line.probe().concealed_ticks.value(), learnt + 12) << "of 84 if it never learnt";
  stalls = false;
  line.Run(TimeDelta::Seconds(15));
  TimeDelta after;
  line.Run(kAudioTick, [&](auto now, auto& frame) { after = line.Age(now, frame); });
  EXPECT_LE(after.ms(), 30 + 20 + 15);
}

TEST(VoiceTest, LongerRouteCostsItsOwnDelayAndNoMore) {
  Line line;
  line.Run(TimeDelta::Seconds(15));
  const int64_t first = line.next_packet();
  line.lag = [first](int64_t n) { return TimeDelta::Millis(n < first ? 30 : 130); };
  line.Run(TimeDelta::Millis(500));
  TimeDelta most;
  line.Run(TimeDelta::Seconds(40),
           [&](auto now, auto& frame) { most = std::max(most, line.Age(now, frame)); });
  EXPECT_LE(most.ms(), 130 + 20 + 25);
}

// A word that begins after a pause isn't torn by the jitter of its first packets.
TEST(VoiceTest, WordsAfterPausesBeginWithTheWaitThatTheLineNeeds) {
  Line line;
  Prng random(3);
  line.lag = [&random](int64_t) {
    return TimeDelta::Micros(30'000 + static_cast<int64_t>(60'000 * random.Unit()));
  };
  line.Run(TimeDelta::Seconds(10));
  line.speaks = [](int64_t n) { return n % 100 < 50; };  // a second on, a second off
  line.Run(TimeDelta::Seconds(4));
  int since_begin = 100;
  bool was_silent = false;
  uint64_t concealed = 0;
  uint64_t torn = 0;
  line.Run(TimeDelta::Seconds(200), [&](Timestamp, const AudioFrame& frame) {
    const bool silent = frame.back() == 0;
    if (was_silent && !silent) since_begin = 0;
    was_silent = silent;
    const uint64_t now = line.probe().concealed_ticks.value();
    if (since_begin > 0 && since_begin < 25) torn += now - concealed;
    concealed = now;
    ++since_begin;
  });
  EXPECT_LE(torn, 40u) << "ticks of 2500: as many as anywhere else in the sound";
}

TEST(VoiceTest, ShorteningATonePlaysNoClick) {
  for (int hertz : {150, 440, 1000, 3100}) {
    Line line(Tone(hertz));
    line.Run(TimeDelta::Seconds(3));
    const int64_t first = line.next_packet();
    line.lag = [first](int64_t n) {
      return TimeDelta::Millis(30 +
                               (n >= first ? std::max<int64_t>(300 - (n - first) * 20, 0) : 0));
    };
    line.Run(TimeDelta::Millis(500));
    const uint64_t cut = line.probe().shortened_samples.value();
    const std::vector<int16_t> sound = line.Listen(TimeDelta::Seconds(4));
    EXPECT_GT(line.probe().shortened_samples.value(), cut + 48 * 100) << hertz;
    const double own_step = 8000 * 2 * std::numbers::pi * hertz / 48'000;
    EXPECT_LE(test::LargestStep(sound), own_step * 1.1 + 300) << hertz;
    EXPECT_GT(test::ToneAmplitude(std::span(sound).last(48'000), hertz, 48'000), 7500) << hertz;
  }
}

// An hour of a bad line in virtual time: random jitter, 5 % loss in bursts, reordering, doubles,
// and a clock that is not ours.
class BadHourTest : public testing::TestWithParam<int> {};

TEST_P(BadHourTest, DelayStaysBoundedAndSoundGoesOn) {
  Line line;
  line.drift_ppm = GetParam();
  Prng random(20'11 + static_cast<uint64_t>(GetParam()));
  int burst = 0;
  line.lag = [&](int64_t) {
    const double late = random.Unit() < 0.02 ? 60 * random.Unit() : 20 * random.Unit();
    return TimeDelta::Micros(static_cast<int64_t>((30 + late) * 1000));
  };
  line.loses = [&](int64_t) {
    if (burst == 0 && random.Unit() < 0.025) burst = 1 + static_cast<int>(random.Unit() * 3);
    return burst > 0 && burst-- > 0;
  };
  line.doubles = [&](int64_t) { return random.Unit() < 0.01; };
  int64_t ticks = 0;
  int64_t sum_ms = 0;
  TimeDelta most;
  line.Run(TimeDelta::Seconds(5));
  line.Run(TimeDelta::Seconds(3595), [&](Timestamp now, const AudioFrame& frame) {
    // Fading, or where the time code wraps round, the code can't be read.
    const int progress = frame.back() - frame.front();
    if (progress < 5 || progress > 35) return;
    const TimeDelta age = line.Age(now, frame);
    ++ticks;
    sum_ms += age.ms();
    most = std::max(most, age);
  });
  EXPECT_GT(ticks, 179'750 * 0.999);
  // Line 30, jitter up to 80, a tick, and what losses and corrections move it by.
  EXPECT_LE(most.ms(), 30 + 150);
  EXPECT_LE(sum_ms / ticks, 30 + 80);
  const double late = static_cast<double>(line.probe().late_packets.value()) / 180'000;
  EXPECT_LE(late, 0.01);
  // Of what was lost nearly all is made good by FEC or by a tick of concealment.
  EXPECT_NEAR(static_cast<double>(line.probe().lost_packets.value()) / 180'000, 0.05, 0.01);
  EXPECT_LE(static_cast<double>(line.probe().concealed_ticks.value()) / 180'000, 0.06);
}

INSTANTIATE_TEST_SUITE_P(Clocks, BadHourTest, testing::Values(-200, 0, 200));

TEST(VoiceTest, SteadyClockDriftOfAnHourNeverConceals) {
  for (int ppm : {-200, 200}) {
    Line line;
    line.drift_ppm = ppm;
    line.Run(TimeDelta::Seconds(3));
    TimeDelta most;
    line.Run(TimeDelta::Seconds(3597), [&](Timestamp now, const AudioFrame& frame) {
      most = std::max(most, line.Age(now, frame));
    });
    EXPECT_LE(most, TimeDelta::Millis(30 + 60)) << ppm;
    EXPECT_LE(line.probe().concealed_ticks.value(), 1u) << ppm;
  }
}

TEST(VoiceTest, SenderThatStartsAnewIsHeardAgainAtOnce) {
  Line line;
  line.Run(TimeDelta::Seconds(3));
  line.sequence_offset = -31'000;
  line.timestamp_offset = 77'000'000'000;
  line.Run(TimeDelta::Millis(200));
  int64_t heard = 0;
  line.Run(TimeDelta::Seconds(1), [&](auto, auto& frame) { heard += frame[0] > 0; });
  EXPECT_EQ(heard, 50);
  EXPECT_EQ(line.probe().discarded_packets.value(), 1u);
  EXPECT_LE(line.voice().jitter_buffer().delay(), TimeDelta::Millis(45));
}

TEST(VoiceTest, OneSenselessPacketDoesNotDisturb) {
  Line line;
  line.Run(TimeDelta::Seconds(3));
  const auto payload = test::ToPayload({.kind = FakeSound::Kind::kTimeCode});
  for (int64_t n : {INT64_MAX, INT64_MIN, int64_t{1} << 47, int64_t{-9'999'999}}) {
    line.voice().Insert({n, n, line.now(), payload});
    line.voice().Insert({line.next_packet(), n, line.now(), payload});
    line.voice().Insert({n, 0, line.now(), payload});
  }
  int64_t heard = 0;
  line.Run(TimeDelta::Seconds(1), [&](auto, auto& frame) { heard += frame[0] > 0; });
  EXPECT_EQ(heard, 50);
  EXPECT_EQ(line.probe().concealed_ticks.value(), 0u);
}

TEST(VoiceTest, AnythingAtAllInNumbersAndBytesOnlyCounts) {
  AudioMixProbe probe;
  IncomingVoice voice(std::make_unique<test::FakeDecoder>(), probe);
  Prng random(7);
  AudioFrame frame;
  Timestamp now = Timestamp::Millis(5);
  for (int i = 0; i < 200'000; ++i) {
    FakeSound sound{.kind = FakeSound::Kind::kTimeCode,
                    .steps = static_cast<uint8_t>(1 + random.Next() % 48)};
    const auto wild = [&](int64_t usual) {
      switch (random.Next() % 8) {
        case 0:
          return static_cast<int64_t>(random.Next());
        case 1:
          return usual + static_cast<int64_t>(random.Next() % 200'000) - 100'000;
        default:
          return usual;
      }
    };
    auto payload = test::ToPayload(sound);
    if (random.Next() % 9 == 0) payload[0] = 0;
    voice.Insert({wild(i), wild(int64_t{i} * 960), now, payload});
    if (random.Next() % 3 != 0) {
      now += TimeDelta::Millis(static_cast<int64_t>(random.Next() % 25));
      voice.Pull(now, frame);
    }
  }
  EXPECT_GT(probe.decode_errors.value(), 20'000u);
  EXPECT_GT(probe.discarded_packets.value(), 1000u);
}

TEST(VoiceTest, BytesThatAreNoOpusAreCountedAndConcealed) {
  Line line;
  line.Run(TimeDelta::Seconds(1));
  const std::vector<uint8_t> garbage(40, 0xee);
  line.voice().Insert({line.next_packet(), 0, line.now(), garbage});
  line.voice().Insert({line.next_packet(), 0, line.now(), {}});
  EXPECT_EQ(line.probe().decode_errors.value(), 2u);
}

TEST(VoiceTest, LevelIsThatOfTheTone) {
  Line line(Tone(440, 3277));  // a tenth of full scale: -20 dBFS peak, -23 dBFS as power
  line.Run(TimeDelta::Seconds(1));
  EXPECT_NEAR(line.voice().level_dbfs(), -23.0, 0.2);
  line.loses = [](int64_t) { return true; };
  line.Run(TimeDelta::Seconds(3));
  EXPECT_LT(line.voice().level_dbfs(), -90.0);
}

}  // namespace
}  // namespace continuo
