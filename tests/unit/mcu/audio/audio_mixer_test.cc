// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/audio_mixer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/unit/mcu/audio/fake_codec.h"

namespace continuo {
namespace {

using test::FakeSound;

constexpr double kRate = 24'000;  // of what FakeEncoder keeps
constexpr int kSecond = 50;       // ticks
// After a whole second every tone is at 0 again, and cutting it there would make no click.
constexpr int kOddTime = kSecond + 3;

ParticipantId Id(uint32_t n) { return ParticipantId(n); }

// A room with a perfect line. Everybody's sound of late is in Heard().
class Room : public AudioMixSink {
 public:
  void OnPrivateAudio(ParticipantId participant, Rung rung, int64_t tick, ByteView opus) override {
    EXPECT_EQ(tick, tick_);
    EXPECT_TRUE(shared_now_.empty()) << "private mixes come first";
    EXPECT_EQ(rung, voices_.at(participant).rung);
    EXPECT_TRUE(private_now_.emplace(participant, test::DecodeFakePayload(opus)).second);
  }
  void OnSharedAudio(Rung rung, int64_t tick, ByteView opus) override {
    EXPECT_EQ(tick, tick_);
    EXPECT_TRUE(shared_now_.emplace(rung, test::DecodeFakePayload(opus)).second);
  }

  void Join(uint32_t n, Rung rung = Rung::kHd) {
    voices_[Id(n)] = {.participant = Id(n), .rung = rung, .sends_audio = true};
    Apply();
  }
  void Mute(uint32_t n) {
    voices_.at(Id(n)).sends_audio = false;
    Apply();
  }
  void Leave(uint32_t n) {
    voices_.erase(Id(n));
    sounds_.erase(Id(n));
    Apply();
  }
  void Move(uint32_t n, Rung rung) {
    voices_.at(Id(n)).rung = rung;
    Apply();
  }
  void Say(uint32_t n, int hertz, int amplitude = 6000) {
    sounds_[Id(n)] = {.amplitude = static_cast<int16_t>(amplitude),
                      .hertz = static_cast<uint16_t>(hertz)};
  }
  void Run(int ticks) {
    for (int i = 0; i < ticks; ++i) Tick();
  }
  std::span<const int16_t> Heard(uint32_t n) { return heard_[Id(n)]; }
  double Tone(uint32_t listener, double hertz) {
    return test::ToneAmplitude(Heard(listener), hertz, kRate);
  }
  void ForgetHeard() { heard_.clear(); }
  bool HasPrivate(uint32_t n) const { return private_now_.contains(Id(n)); }

  AudioMixer& mixer() { return mixer_; }
  AudioMixProbe& probe() { return probe_; }

 private:
  void Apply() {
    std::vector<Voice> voices;
    std::bitset<kRungCount> rungs;
    for (const auto& [id, voice] : voices_) {
      voices.push_back(voice);
      rungs.set(static_cast<size_t>(voice.rung));
    }
    ASSERT_TRUE(mixer_.SetVoices(voices, rungs));
  }
  void Tick() {
    ++tick_;
    const Timestamp now = Timestamp::Millis(1000 + tick_ * 20);
    for (const auto& [id, voice] : voices_) {
      FakeSound sound = sounds_[id];
      sound.start = tick_ * 960;
      const auto payload = test::ToPayload(sound);
      mixer_.Insert(id, {tick_, sound.start, now - TimeDelta::Millis(7), payload});
    }
    private_now_.clear();
    shared_now_.clear();
    mixer_.Tick(tick_, now, *this);
    for (const auto& [id, voice] : voices_) {
      const auto own = private_now_.find(id);
      const auto shared = shared_now_.find(voice.rung);
      if (own == private_now_.end() && shared == shared_now_.end()) {
        ADD_FAILURE() << "participant " << id.value() << " hears nothing in tick " << tick_;
        continue;
      }
      const auto& sound = own != private_now_.end() ? own->second : shared->second;
      heard_[id].insert(heard_[id].end(), sound.begin(), sound.end());
    }
  }

  AudioMixProbe probe_;
  AudioMixer mixer_{
      {.make_decoder = [] { return std::make_unique<test::FakeDecoder>(); },
       .make_encoder = [](DataRate) { return std::make_unique<test::FakeEncoder>(); }},
      probe_};
  std::map<ParticipantId, Voice> voices_;
  std::map<ParticipantId, FakeSound> sounds_;
  std::map<ParticipantId, std::vector<int16_t>> private_now_;
  std::map<Rung, std::vector<int16_t>> shared_now_;
  std::map<ParticipantId, std::vector<int16_t>> heard_;
  int64_t tick_ = 0;
};

TEST(AudioMixerTest, ListenerHearsBothAndATalkerHearsTheOtherButNotHimself) {
  Room room;
  for (uint32_t n : {1, 2, 3}) room.Join(n);
  room.Say(1, 400);
  room.Say(2, 1000);
  room.Run(kSecond);
  room.ForgetHeard();
  room.Run(2 * kSecond);
  EXPECT_NEAR(room.Tone(3, 400), 6000, 30);
  EXPECT_NEAR(room.Tone(3, 1000), 6000, 30);
  EXPECT_NEAR(room.Tone(1, 1000), 6000, 30);
  EXPECT_LT(room.Tone(1, 400), 6000 / 100.0);  // 40 dB down
  EXPECT_NEAR(room.Tone(2, 400), 6000, 30);
  EXPECT_LT(room.Tone(2, 1000), 6000 / 100.0);
}

TEST(AudioMixerTest, SharedMixIsEncodedOncePerRungHoweverManyListen) {
  for (uint32_t listeners : {1u, 100u}) {
    Room room;
    for (uint32_t n = 0; n < listeners; ++n) {
      room.Join(10 + 2 * n, Rung::kHd);
      room.Join(11 + 2 * n, Rung::kSd);
    }
    room.Join(1);
    room.Say(1, 500);
    room.Run(kSecond);
    EXPECT_EQ(room.probe().shared_encodes[0].value(), 50u);
    EXPECT_EQ(room.probe().shared_encodes[1].value(), 50u);
    EXPECT_LE(room.probe().private_encodes.value(), 50u);
    EXPECT_GE(room.probe().private_encodes.value(), 48u);
  }
}

TEST(AudioMixerTest, NothingIsEncodedForNobody) {
  AudioMixProbe probe;
  AudioMixer mixer({.make_decoder = [] { return std::make_unique<test::FakeDecoder>(); },
                    .make_encoder = [](DataRate) { return std::make_unique<test::FakeEncoder>(); }},
                   probe);
  Room deaf;
  const Voice sender{.participant = Id(1), .rung = Rung::kSd, .sends_audio = true};
  ASSERT_TRUE(mixer.SetVoices(std::span(&sender, 1), {}));
  for (int i = 0; i < 10; ++i) mixer.Tick(i, Timestamp::Millis(20 * i), deaf);
  ASSERT_TRUE(mixer.SetVoices({}, 0b11));
  for (int i = 10; i < 20; ++i) mixer.Tick(i, Timestamp::Millis(20 * i), deaf);
  EXPECT_EQ(probe.shared_encodes[0].value() + probe.shared_encodes[1].value(), 0u);
  EXPECT_EQ(probe.private_encodes.value(), 0u);
}

TEST(AudioMixerTest, FiveAndFiftyShoutingVoicesDoNotClip) {
  for (uint32_t voices : {5u, 50u}) {
    Room room;
    for (uint32_t n = 1; n <= voices; ++n) {
      room.Join(n);
      room.Say(n, 200 + static_cast<int>(n) * 50, 32'767);
    }
    room.Join(99);
    room.Run(kSecond);
    int peak = 0;
    for (uint32_t listener : {1u, 2u, 99u}) {
      for (int16_t s : room.Heard(listener)) peak = std::max(peak, std::abs(int{s}));
    }
    EXPECT_LE(peak, Limiter::kThreshold);
    EXPECT_GE(peak, 20'000);
  }
}

TEST(AudioMixerTest, BeginningAndEndingToTalkIsNoClickForAnyone) {
  Room room;
  for (uint32_t n : {1, 2, 3}) room.Join(n);
  room.Say(1, 310);
  room.Run(kOddTime);
  room.ForgetHeard();
  room.Say(2, 200, 1000);
  room.Run(kSecond);
  EXPECT_TRUE(room.HasPrivate(2));
  room.Say(2, 0, 0);
  room.Run(2 * kSecond);
  EXPECT_FALSE(room.HasPrivate(2));
  // What 2 hears is 1's tone throughout, sample for sample as steady as before: the change between
  // the shared and the private mix can't be seen in it.
  const double own_step = 6000 * 2 * std::numbers::pi * 310 / kRate;
  EXPECT_LE(test::LargestStep(room.Heard(2)), own_step + 2);
  EXPECT_LE(test::LargestStep(room.Heard(3)), own_step + 2 * 3.15 * 1000 * 200 / kRate + 8);
}

TEST(AudioMixerTest, WhoIsCutOffInMidWordGoesWithoutAClick) {
  for (const bool leaves : {true, false}) {
    Room room;
    for (uint32_t n : {1, 2}) room.Join(n);
    room.Say(1, 310, 20'000);
    room.Run(kOddTime);
    leaves ? room.Leave(1) : room.Mute(1);
    room.ForgetHeard();
    room.Run(kSecond);
    const auto heard = room.Heard(2);
    EXPECT_LE(test::LargestStep(heard), 20'000 * 2 * 3.15 * 310 / kRate + 60);
    EXPECT_EQ(std::count(heard.begin() + 720, heard.end(), 0),
              static_cast<int64_t>(heard.size()) - 720)
        << "muted stays muted";
  }
}

// Four loud ones push the fifth out of the mix and let him in again. Theirs is a tone that is 0 at
// the edges of ticks, so that it begins and ends there without a step; his is cut anywhere.
TEST(AudioMixerTest, FifthLoudestGoesAndComesWithoutAClick) {
  Room room;
  for (uint32_t n : {1, 2, 3, 4, 5, 9}) room.Join(n);
  room.Say(1, 317, 1200);
  room.Run(kOddTime);
  room.ForgetHeard();
  for (uint32_t n : {2, 3, 4, 5}) room.Say(n, 25, 5000);
  room.Run(kSecond);
  EXPECT_FALSE(room.mixer().talkers().IsTalker(Id(1)));
  for (uint32_t n : {2, 3, 4, 5}) room.Say(n, 25, 0);
  room.Run(kSecond);
  EXPECT_TRUE(room.mixer().talkers().IsTalker(Id(1)));
  const double own_steps = 2 * 3.15 * (20'000 * 25 + 1200 * 317) / kRate;
  EXPECT_LE(test::LargestStep(room.Heard(9)), own_steps + 100);
}

TEST(AudioMixerTest, MovingToAnotherRungWhileTalkingGoesOn) {
  Room room;
  for (uint32_t n : {1, 2}) room.Join(n);
  room.Say(1, 300);
  room.Say(2, 700);
  room.Run(kSecond);
  room.Move(1, Rung::kSd);
  room.ForgetHeard();
  room.Run(kSecond);
  EXPECT_NEAR(room.Tone(1, 700), 6000, 60);
  EXPECT_LT(room.Tone(1, 300), 60);
  EXPECT_EQ(room.probe().shared_encodes[1].value(), 0u);
}

TEST(AudioMixerTest, ManyWhoTakeTurnsNeverHearThemselves) {
  Room room;
  for (uint32_t n = 1; n <= 30; ++n) room.Join(n);
  room.Run(5);
  // Each shouts for two ticks: more of them are in their hangover than there are encoders to lend.
  size_t most_private = 0;
  for (uint32_t turn = 0; turn < 300; ++turn) {
    const uint32_t n = 1 + turn % 30;
    room.Say(n, 300, 30'000);
    room.Run(2);
    room.Say(n, 300, 0);
    for (ParticipantId talker : room.mixer().talkers().current()) {
      ASSERT_TRUE(room.HasPrivate(talker.value())) << talker.value() << " in turn " << turn;
    }
    size_t in_private = 0;
    for (uint32_t m = 1; m <= 30; ++m) in_private += room.HasPrivate(m);
    most_private = std::max(most_private, in_private);
  }
  EXPECT_EQ(most_private, 8u);
}

TEST(AudioMixerTest, StrangersAreNotHeard) {
  Room room;
  room.Join(1);
  FakeSound sound{.amplitude = 9000, .hertz = 400};
  for (int i = 0; i < kSecond; ++i) {
    sound.start = i * 960;
    const auto payload = test::ToPayload(sound);
    room.mixer().Insert(Id(77), {i, sound.start, Timestamp::Millis(1000 + i * 20), payload});
    room.Run(1);
  }
  for (int16_t s : room.Heard(1)) ASSERT_EQ(s, 0);
}

TEST(AudioMixerTest, VoiceWithoutADecoderIsSilentAndTheOthersGoOn) {
  AudioMixProbe probe;
  int made = 0;
  AudioMixer mixer({.make_decoder = [&made]() -> Result<std::unique_ptr<AudioDecoder>> {
                      if (made++ == 0) return Fail(ErrorCode::kResourceExhausted, "no decoder");
                      return std::make_unique<test::FakeDecoder>();
                    },
                    .make_encoder = [](DataRate) { return std::make_unique<test::FakeEncoder>(); }},
                   probe);
  const std::array voices{Voice{.participant = Id(1), .sends_audio = true},
                          Voice{.participant = Id(2), .sends_audio = true}};
  const Status status = mixer.SetVoices(voices, 1);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(mixer.levels().size(), 1u);
}

}  // namespace
}  // namespace continuo
