// SPDX-License-Identifier: Apache-2.0
// A whole mixer with its threads, in this process, driven over the link as the edge drives it.
#include "mcu/mixer/mixer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <numbers>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/wakeup.h"
#include "codecs/registry.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/messages.h"
#include "mcu/scene/layout.h"
#include "media/audio_frame.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

constexpr VideoRendition kHdH264{VideoCodec::kH264, Rung::kHd};
constexpr VideoRendition kSdVp8{VideoCodec::kVp8, Rung::kSd};
// Generous: sanitizers and busy machines are slow. What is waited for comes in a fraction of it.
constexpr TimeDelta kPatience = TimeDelta::Seconds(20);

// A camera and a microphone of one participant: real codecs, numbered pictures, a steady tone.
class Sender {
 public:
  Sender(ParticipantId id, VideoCodec codec, int hertz) : id_(id), hertz_(hertz) {
    video_ =
        std::move(*CreateVideoEncoder(codec, {{640, 360}, 25, DataRate::KilobitsPerSec(1500)}));
    audio_ = std::move(*CreateAudioEncoder(DataRate::KilobitsPerSec(32)));
  }

  ParticipantId id() const { return id_; }
  uint16_t number() const { return number_; }
  void WantKeyFrame() { key_wanted_ = true; }

  EncodedFrame NextFrame() {
    DrawMovingPicture(++number_, picture_.view());
    const TestPicture& drawn = picture_;
    return *video_->Encode(
        drawn.view(), number_ * 3600u, MonotonicNow(),
        std::exchange(key_wanted_, false) ? ForceKeyFrame::kYes : ForceKeyFrame::kNo);
  }
  AudioPacket NextPacket() {
    AudioFrame frame;
    for (int16_t& sample : frame) {
      sample = static_cast<int16_t>(
          8000 * std::sin(2 * std::numbers::pi * hertz_ * static_cast<double>(samples_++) / 48000));
    }
    const ByteView payload = *audio_->Encode(frame, payload_);
    ++sequence_;
    return {sequence_, sequence_ * 960, MonotonicNow(), payload};
  }

 private:
  const ParticipantId id_;
  const int hertz_;
  std::unique_ptr<VideoEncoder> video_;
  std::unique_ptr<AudioEncoder> audio_;
  TestPicture picture_{{640, 360}};
  uint16_t number_ = 0;
  bool key_wanted_ = false;
  int64_t samples_ = 0;
  int64_t sequence_ = 0;
  std::array<uint8_t, kMaxAudioPayload> payload_{};
};

// One stream of Opus as an endpoint hears it.
class Ear {
 public:
  void Hear(ByteView opus) {
    std::array<int16_t, 5760> samples{};
    const size_t n = *decoder_->Decode(opus, samples);
    heard_.insert(heard_.end(), samples.begin(), samples.begin() + static_cast<ptrdiff_t>(n));
  }
  size_t ticks() const { return heard_.size() / kSamplesPerTick; }
  // Amplitude of one frequency in the last half second.
  double Tone(int hertz) const {
    constexpr size_t kWindow = 24'000;
    if (heard_.size() < kWindow) return 0;
    double re = 0;
    double im = 0;
    for (size_t i = 0; i < kWindow; ++i) {
      const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / 48000;
      const double sample = heard_[heard_.size() - kWindow + i];
      re += sample * std::cos(phase);
      im += sample * std::sin(phase);
    }
    return 2 * std::hypot(re, im) / kWindow;
  }

 private:
  std::unique_ptr<AudioDecoder> decoder_ = std::move(*CreateAudioDecoder());
  std::vector<int16_t> heard_;
};

class MixerTest : public ::testing::Test {
 protected:
  MixerTest() : link_(std::move(*LinkMemory::Create(1))) {
    control_down_ = RingProducer(link_->control_down());
    media_down_ = RingProducer(link_->media_down(0));
    control_up_ = RingConsumer(link_->control_up());
    video_up_ = RingConsumer(link_->video_up(0));
    audio_up_ = RingConsumer(link_->audio_up(0));
    mixer_ = std::move(*Mixer::Create(*link_, {.decode_workers = 2, .encode_helpers = 1}));
    thread_ = std::thread([this] { mixer_->Run(); });
  }
  ~MixerTest() override {
    mixer_->Stop();
    thread_.join();
  }

  void SetScene(const std::vector<Sender*>& people, std::vector<VideoRendition> renditions) {
    Scene scene;
    scene.version = ++version_;
    const auto rects = GridLayout(static_cast<int>(people.size()), kCanvasSize);
    for (size_t i = 0; i < people.size(); ++i) {
      scene.tiles.push_back({people[i]->id(), "", rects[i], CameraState::kOn});
      scene.voices.push_back({people[i]->id(), ShardIndex(0), Rung::kHd, true, true});
    }
    // Somebody who only listens.
    scene.voices.push_back({ParticipantId(99), ShardIndex(0), Rung::kHd, false, false});
    for (const VideoRendition r : renditions) scene.renditions.set(static_cast<size_t>(r.index()));
    scene.audio_rungs.set(static_cast<size_t>(Rung::kHd));
    scene_ = scene;
    ASSERT_TRUE(WriteScene(control_down_, link_->wake_mixer_fd(), scene));
  }

  // Everybody sends in real time, and everything that comes back is taken in, until `done`.
  bool RunUntil(const std::vector<Sender*>& people, const std::function<bool()>& done) {
    const Timestamp begin = MonotonicNow();
    Timestamp next_tick = begin;
    for (int64_t tick = 0; MonotonicNow() - begin < kPatience; ++tick) {
      for (Sender* sender : people) {
        Send(*sender, tick);
      }
      TakeEverything(people);
      if (done()) return true;
      next_tick += TimeDelta::Millis(20);
      pause_.WaitUntil(next_tick);
    }
    return false;
  }
  void Send(Sender& sender, int64_t tick) {
    WriteAudioPacket(media_down_, link_->wake_mixer_fd(), {sender.id(), sender.NextPacket()});
    if (tick % 2 != 0) return;
    const EncodedFrame frame = sender.NextFrame();
    if (drop_next_frame_) {
      drop_next_frame_ = false;
      return;
    }
    WriteVideoFrame(media_down_, link_->wake_mixer_fd(), {sender.id(), frame});
  }
  void TakeEverything(const std::vector<Sender*>& people) {
    while (const auto record = control_up_.Peek()) {
      if (record->type == static_cast<uint32_t>(LinkRecord::kSenderKeyFrame)) {
        for (Sender* sender : people) {
          if (sender->id() == ReadSenderKeyFrame(record->bytes)) sender->WantKeyFrame();
        }
        ++key_frames_asked_;
      } else {
        EXPECT_EQ(record->type, static_cast<uint32_t>(LinkRecord::kReport));
      }
      control_up_.Pop();
    }
    while (const auto record = video_up_.Peek()) {
      if (const auto frame = ReadRenditionFrame(record->bytes)) Watch(*frame);
      video_up_.Pop();
    }
    while (const auto record = audio_up_.Peek()) {
      if (record->type == static_cast<uint32_t>(LinkRecord::kSharedAudio)) {
        if (const auto message = ReadSharedAudio(record->bytes)) listener_.Hear(message->opus);
      } else if (const auto message = ReadPrivateAudio(record->bytes)) {
        ears_[message->participant].Hear(message->opus);
      }
      audio_up_.Pop();
    }
  }
  void Watch(const RenditionFrame& message) {
    auto& screen = screens_[message.rendition.index()];
    if (message.frame.kind == FrameKind::kKey) ++screen.key_frames;
    if (!screen.decoder) screen.decoder = std::move(*CreateVideoDecoder(message.rendition.codec));
    auto picture = screen.decoder->Decode(message.frame);
    ASSERT_TRUE(picture) << "frame " << screen.frames;
    ++screen.frames;
    if (*picture) screen.picture = std::move(*picture);
  }
  // The number that a person's tile shows on the last picture of a rendition.
  std::optional<uint16_t> NumberShown(VideoRendition rendition, size_t tile) {
    const auto& picture = screens_[rendition.index()].picture;
    if (!picture) return std::nullopt;
    const PixelRect rect = scene_.tiles[tile].rect;
    const int scale = kCanvasSize.width / picture->size().width;
    return ReadBarcode(picture->picture(),
                       {rect.x / scale, rect.y / scale, rect.width / scale, rect.height / scale});
  }
  bool ShowsLive(VideoRendition rendition, size_t tile, const Sender& sender) {
    const auto shown = NumberShown(rendition, tile);
    return shown && sender.number() - *shown <= 25;
  }

  struct Screen {
    std::unique_ptr<VideoDecoder> decoder;
    std::unique_ptr<const VideoFrame> picture;
    int frames = 0;
    int key_frames = 0;
  };

  std::unique_ptr<LinkMemory> link_;
  RingProducer control_down_, media_down_;
  RingConsumer control_up_, video_up_, audio_up_;
  std::unique_ptr<Mixer> mixer_;
  std::thread thread_;
  Wakeup pause_ = std::move(*Wakeup::Create());
  uint64_t version_ = 0;
  Scene scene_;
  bool drop_next_frame_ = false;
  int key_frames_asked_ = 0;
  std::map<int, Screen> screens_;
  Ear listener_;
  std::map<ParticipantId, Ear> ears_;
  Sender ada_{ParticipantId(1), VideoCodec::kVp8, 500};
  Sender grace_{ParticipantId(2), VideoCodec::kH264, 800};
};

TEST_F(MixerTest, ShowsEverybodyLiveInTheirPlaceOnEveryRendition) {
  SetScene({&ada_, &grace_}, {kHdH264, kSdVp8});
  EXPECT_TRUE(RunUntil({&ada_, &grace_}, [&] {
    return ShowsLive(kHdH264, 0, ada_) && ShowsLive(kHdH264, 1, grace_) &&
           ShowsLive(kSdVp8, 0, ada_) && ShowsLive(kSdVp8, 1, grace_);
  }));
}

TEST_F(MixerTest, EverybodyHearsTheOthersAndNotHimself) {
  SetScene({&ada_, &grace_}, {});
  ASSERT_TRUE(RunUntil({&ada_, &grace_},
                       [&] {
                         return listener_.Tone(500) > 3000 && listener_.Tone(800) > 3000 &&
                                ears_[ada_.id()].Tone(800) > 3000 &&
                                ears_[grace_.id()].Tone(500) > 3000;
                       }))
      << listener_.Tone(500) << " " << listener_.Tone(800);
  EXPECT_LT(ears_[ada_.id()].Tone(500), ears_[ada_.id()].Tone(800) / 100) << "40 dB";
  EXPECT_LT(ears_[grace_.id()].Tone(800), ears_[grace_.id()].Tone(500) / 100) << "40 dB";
}

TEST_F(MixerTest, ALostFrameCostsAKeyFrameAndNotTheStream) {
  SetScene({&ada_}, {kHdH264});
  ASSERT_TRUE(RunUntil({&ada_}, [&] { return ShowsLive(kHdH264, 0, ada_); }));
  const int asked_before = key_frames_asked_;
  // Somebody who joins in the middle of a stream: a new scene names another sender, whose first
  // frame is lost, so the next one is a delta.
  SetScene({&ada_, &grace_}, {kHdH264});
  drop_next_frame_ = true;
  ASSERT_TRUE(RunUntil({&grace_}, [&] { return ShowsLive(kHdH264, 1, grace_); }));
  EXPECT_GT(key_frames_asked_, asked_before);
}

TEST_F(MixerTest, AKeyFrameComesOnRequest) {
  SetScene({&ada_}, {kHdH264});
  auto& screen = screens_[kHdH264.index()];
  ASSERT_TRUE(RunUntil({&ada_}, [&] { return screen.frames > 10; }));
  const int before = screen.key_frames;
  ASSERT_TRUE(WriteKeyFrameRequest(media_down_, link_->wake_mixer_fd(), kHdH264));
  EXPECT_TRUE(RunUntil({&ada_}, [&] { return screen.key_frames > before; }));
}

TEST_F(MixerTest, WhoHasLeftIsNeitherSeenNorHeard) {
  SetScene({&ada_, &grace_}, {kHdH264});
  ASSERT_TRUE(RunUntil({&ada_, &grace_}, [&] {
    return ShowsLive(kHdH264, 1, grace_) && listener_.Tone(800) > 3000;
  }));
  SetScene({&ada_}, {kHdH264});
  // The whole picture is Ada's now. Grace still sends: that must not matter.
  EXPECT_TRUE(RunUntil({&ada_, &grace_}, [&] {
    return ShowsLive(kHdH264, 0, ada_) && listener_.Tone(500) > 3000 && listener_.Tone(800) < 30;
  }));
}

}  // namespace
}  // namespace continuo
