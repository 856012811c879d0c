// SPDX-License-Identifier: Apache-2.0
// A room with the real Opus at every end: what each person's own decoder makes of what he is sent.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "codecs/registry.h"
#include "mcu/audio/audio_mixer.h"

namespace continuo {
namespace {

constexpr double kRate = 48'000;
constexpr int kSecond = 50;  // ticks
constexpr size_t kTickSamples = kSamplesPerTick;

ParticipantId Id(uint32_t n) { return ParticipantId(n); }

double ToneAmplitude(std::span<const int16_t> sound, double hertz) {
  double re = 0;
  double im = 0;
  double weight = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const double n = static_cast<double>(i);
    const double w =
        0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / static_cast<double>(sound.size()));
    re += w * sound[i] * std::cos(2 * std::numbers::pi * hertz * n / kRate);
    im += w * sound[i] * std::sin(2 * std::numbers::pi * hertz * n / kRate);
    weight += w;
  }
  return 2 * std::sqrt(re * re + im * im) / weight;
}

// How much of a short stretch isn't the tone: the power that is left when the sinusoid that fits
// best is taken away. A click, a gap or a jump of phase is a burst in it.
double NotTheTone(std::span<const int16_t> sound, double hertz) {
  double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0, xx = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(i) / kRate;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    cc += c * c, ss += s * s, cs += c * s;
    xc += sound[i] * c, xs += sound[i] * s;
    xx += double{sound[i] * 1.0} * sound[i];
  }
  const double det = cc * ss - cs * cs;
  const double a = (xc * ss - xs * cs) / det;
  const double b = (xs * cc - xc * cs) / det;
  return (xx - a * xc - b * xs) / static_cast<double>(sound.size());
}

double WorstBurst(std::span<const int16_t> sound, double hertz) {
  constexpr size_t kStretch = 480;
  double worst = 0;
  for (size_t i = 0; i + kStretch <= sound.size(); i += kStretch / 4) {
    worst = std::max(worst, NotTheTone(sound.subspan(i, kStretch), hertz));
  }
  return worst;
}

double Power(std::span<const int16_t> sound) {
  double sum = 0;
  for (int16_t s : sound) sum += double{s * 1.0} * s;
  return sum / static_cast<double>(sound.size());
}

class OpusRoom : public AudioMixSink {
 public:
  void OnPrivateAudio(ParticipantId participant, Rung, int64_t, ByteView opus) override {
    people_.at(participant).Hear(opus);
    people_.at(participant).ticks_private++;
  }
  void OnSharedAudio(Rung rung, int64_t tick, ByteView opus) override {
    for (auto& [id, person] : people_) {
      if (person.rung == rung && person.heard.size() < Due(tick)) person.Hear(opus);
    }
  }

  void Join(uint32_t n, Rung rung = Rung::kHd) {
    Person& person = people_[Id(n)];
    person.rung = rung;
    person.encoder = *CreateAudioEncoder(DataRate::KilobitsPerSec(32));
    person.decoder = *CreateAudioDecoder();
    std::vector<Voice> voices;
    std::bitset<kRungCount> rungs;
    for (const auto& [id, p] : people_) {
      voices.push_back({.participant = id, .rung = p.rung, .sends_audio = true});
      rungs.set(static_cast<size_t>(p.rung));
    }
    ASSERT_TRUE(mixer_.SetVoices(voices, rungs));
  }
  void Say(uint32_t n, double hertz, double amplitude = 6000) {
    people_.at(Id(n)).hertz = hertz;
    people_.at(Id(n)).amplitude = amplitude;
  }
  // Twelve harmonics: the codec takes it for a voice, and adds FEC.
  void Hum(uint32_t n, double hertz) {
    Say(n, hertz, 3000);
    people_.at(Id(n)).harmonics = 12;
  }
  void DelayEveryFifth(int64_t ticks) { delay_ = ticks; }
  void LosePercent(double percent) { loss_ = percent / 100; }
  void Run(int ticks) {
    for (int i = 0; i < ticks; ++i) Tick();
  }
  std::span<const int16_t> Heard(uint32_t n) { return people_.at(Id(n)).heard; }
  std::span<const int16_t> HeardLast(uint32_t n, int ticks) {
    return Heard(n).last(static_cast<size_t>(ticks) * kTickSamples);
  }
  int TicksPrivate(uint32_t n) { return people_.at(Id(n)).ticks_private; }
  AudioMixProbe& probe() { return probe_; }

 private:
  struct OnTheWay {
    int64_t sequence;
    std::vector<uint8_t> opus;
  };
  struct Person {
    Rung rung = Rung::kHd;
    std::unique_ptr<AudioEncoder> encoder;
    std::unique_ptr<AudioDecoder> decoder;
    double hertz = 0;
    double amplitude = 0;
    int harmonics = 1;
    double phase = 0;
    std::multimap<int64_t, OnTheWay> line;  // by the tick in which it arrives
    int ticks_private = 0;
    std::vector<int16_t> heard;

    void Hear(ByteView opus) {
      std::array<int16_t, 5760> pcm;
      const auto samples = decoder->Decode(opus, pcm);
      ASSERT_TRUE(samples);
      heard.insert(heard.end(), pcm.begin(), pcm.begin() + static_cast<ptrdiff_t>(*samples));
    }
    AudioFrame Speak() {
      AudioFrame frame;
      for (int16_t& s : frame) {
        double sum = 0;
        for (int h = 1; h <= harmonics; ++h) sum += amplitude / h * std::sin(h * phase);
        s = static_cast<int16_t>(std::lround(sum));
        phase = std::fmod(phase + 2 * std::numbers::pi * hertz / kRate, 2 * std::numbers::pi);
      }
      return frame;
    }
  };

  size_t Due(int64_t tick) const { return static_cast<size_t>(tick + 1) * kTickSamples; }

  void Tick() {
    const Timestamp now = Timestamp::Millis(1000 + tick_ * 20);
    for (auto& [id, person] : people_) {
      std::array<uint8_t, kMaxAudioPayload> buffer;
      const auto opus = person.encoder->Encode(person.Speak(), buffer);
      ASSERT_TRUE(opus);
      const int64_t arrival = tick_ % 5 == 4 ? tick_ + delay_ : tick_;
      if (random_.Unit() >= loss_) {
        person.line.emplace(arrival, OnTheWay{tick_, {opus->begin(), opus->end()}});
      }
      while (!person.line.empty() && person.line.begin()->first <= tick_) {
        const OnTheWay& packet = person.line.begin()->second;
        mixer_.Insert(
            id, {packet.sequence, packet.sequence * 960, now - TimeDelta::Millis(7), packet.opus});
        person.line.erase(person.line.begin());
      }
    }
    mixer_.Tick(tick_, now, *this);
    ++tick_;
    for (auto& [id, person] : people_) {
      ASSERT_EQ(person.heard.size(), Due(tick_ - 1)) << "20 ms for everyone in every tick";
    }
  }

  AudioMixProbe probe_;
  AudioMixer mixer_{{.make_decoder = CreateAudioDecoder, .make_encoder = CreateAudioEncoder},
                    probe_};
  std::map<ParticipantId, Person> people_;
  Prng random_{42};
  double loss_ = 0;
  int64_t delay_ = 0;
  int64_t tick_ = 0;
};

TEST(OpusRoomTest, ListenerHearsBothTalkersAndATalkerOnlyTheOther) {
  OpusRoom room;
  for (uint32_t n : {1, 2, 3, 4}) room.Join(n, n == 4 ? Rung::kSd : Rung::kHd);
  room.Say(1, 400);
  room.Say(2, 1000);
  room.Run(3 * kSecond);
  for (uint32_t listener : {3, 4}) {
    EXPECT_NEAR(ToneAmplitude(room.HeardLast(listener, kSecond), 400), 6000, 600);
    EXPECT_NEAR(ToneAmplitude(room.HeardLast(listener, kSecond), 1000), 6000, 600);
  }
  const double other = ToneAmplitude(room.HeardLast(1, kSecond), 1000);
  const double self = ToneAmplitude(room.HeardLast(1, kSecond), 400);
  EXPECT_NEAR(other, 6000, 600);
  EXPECT_GT(20 * std::log10(other / self), 40);
}

// 2 listens to 1's tone, talks for a while, and listens again. His decoder gets payloads of the
// shared encoder, then of a private one, then of the shared one again.
TEST(OpusRoomTest, ListenerWhoTalksAndStopsHearsNoSeam) {
  for (const double hertz : {300.0, 440.0, 1250.0}) {
    OpusRoom room;
    for (uint32_t n : {1, 2, 3}) room.Join(n);
    room.Say(1, hertz, 8000);
    room.Run(8 * kSecond);
    const double steady = WorstBurst(room.HeardLast(2, 6 * kSecond), hertz);
    double worst_begin = 0;
    double worst_end = 0;
    for (int turn = 0; turn < 10; ++turn) {
      const int before = room.TicksPrivate(2);
      room.Say(2, 200, 3000);
      room.Run(kSecond / 2 + turn);
      EXPECT_GE(room.TicksPrivate(2) - before, kSecond / 2 + turn - 3);
      worst_begin = std::max(worst_begin, WorstBurst(room.HeardLast(2, kSecond / 2 + turn), hertz));
      room.Say(2, 200, 0);
      room.Run(2 * kSecond);
      EXPECT_LE(room.TicksPrivate(2) - before, 2 * kSecond) << "he went back to the shared mix";
      worst_end = std::max(worst_end, WorstBurst(room.HeardLast(2, 2 * kSecond), hertz));
    }
    // The private encoder carries on where the shared one is: nothing at all.
    EXPECT_LE(worst_begin, 2 * steady) << hertz << " Hz";
    // The way back is between encoders of different pasts: one frame, more than 20 dB below the
    // tone. Without decoupling it would be 12 dB below.
    EXPECT_LE(worst_end, 8000.0 * 8000 / 2 / 100) << hertz << " Hz";
  }
}

// A voice of sorts on a line that loses every tenth packet and delays every fifth.
TEST(OpusRoomTest, EveryTenthPacketLostLeavesNoHole) {
  std::vector<int16_t> clean;
  std::vector<int16_t> lossy;
  for (const double loss : {0.0, 10.0}) {
    OpusRoom room;
    for (uint32_t n : {1, 2}) room.Join(n);
    room.Hum(1, 140);
    room.LosePercent(loss);
    room.DelayEveryFifth(2);
    room.Run(20 * kSecond);
    const auto heard = room.HeardLast(2, 15 * kSecond);
    (loss > 0 ? lossy : clean).assign(heard.begin(), heard.end());
    if (loss == 0) continue;
    EXPECT_GT(room.probe().lost_packets.value(), 70u);
    EXPECT_GT(room.probe().fec_recovered.value(), 50u);
    EXPECT_LE(room.probe().concealed_ticks.value(), room.probe().lost_packets.value());
  }
  const double usual = Power(clean);
  EXPECT_NEAR(10 * std::log10(Power(lossy) / usual), 0, 1);
  int holes = 0;
  for (size_t i = 0; i + kTickSamples <= lossy.size(); i += kTickSamples) {
    holes += Power(std::span(lossy).subspan(i, kTickSamples)) < usual / 30;
  }
  EXPECT_LE(holes, 2);
}

}  // namespace
}  // namespace continuo
