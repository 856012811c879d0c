// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.h"
#include "mcu/audio/audio_mixer.h"
#include "tests/support/allocation_counter/allocation_counter.h"
#include "tests/unit/mcu/audio/fake_codec.h"

namespace continuo {
namespace {

class NobodyListens : public AudioMixSink {
 public:
  void OnPrivateAudio(ParticipantId, Rung, int64_t, ByteView) override {}
  void OnSharedAudio(Rung, int64_t, ByteView) override {}
};

TEST(AudioMixerAllocationTest, NoneWhilePeopleTakeTurnsOnABadLine) {
  AudioMixProbe probe;
  AudioMixer mixer({.make_decoder = [] { return std::make_unique<test::FakeDecoder>(); },
                    .make_encoder = [](DataRate) { return std::make_unique<test::FakeEncoder>(); }},
                   probe);
  std::vector<Voice> voices;
  for (uint32_t n = 1; n <= 20; ++n) {
    voices.push_back({.participant = ParticipantId(n),
                      .rung = n % 2 ? Rung::kHd : Rung::kSd,
                      .sends_audio = true});
  }
  ASSERT_TRUE(mixer.SetVoices(voices, 0b11));
  NobodyListens sink;
  Prng random(5);
  int64_t before = 0;
  for (int64_t tick = 0; tick < 3000; ++tick) {
    if (tick == 1) before = test::AllocationsOfAllThreads();  // the first tick learns the roster
    const Timestamp now = Timestamp::Millis(20 * tick);
    for (const Voice& voice : voices) {
      const bool talks = (tick / 40 + voice.participant.value()) % 5 == 0;
      const test::FakeSound sound{
          .amplitude = static_cast<int16_t>(talks ? 20'000 : 0), .hertz = 300, .start = tick * 960};
      if (random.Unit() < 0.1) continue;
      mixer.Insert(voice.participant, {tick, sound.start, now, test::ToPayload(sound)});
    }
    mixer.Tick(tick, now, sink);
  }
  EXPECT_EQ(test::AllocationsOfAllThreads(), before);
  EXPECT_GT(before, 0);
  EXPECT_GT(probe.private_encodes.value(), 3000u);
  EXPECT_GT(probe.fec_recovered.value() + probe.concealed_ticks.value(), 3000u);
}

}  // namespace
}  // namespace continuo
