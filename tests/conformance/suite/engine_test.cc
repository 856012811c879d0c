// SPDX-License-Identifier: Apache-2.0
// Whole little meetings on an Engine: everything that a device can do is done there, and what it
// refuses is on the CPU, beside it. Every meeting is held a second time on the CPU alone.
#include "hwaccel/engine.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "codecs/registry.h"
#include "mcu/scene/layout.h"
#include "tests/conformance/support/clip.h"
#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/drawn_stream.h"
#include "tests/conformance/support/h264_stream.h"
#include "tests/conformance/support/picture_match.h"
#include "tests/conformance/support/plain_decoder.h"
#include "tests/conformance/support/room.h"
#include "tests/conformance/support/vp8_stream.h"
#include "tests/support/harm.h"

namespace continuo {
namespace {

constexpr VideoRendition kHd{VideoCodec::kH264, Rung::kHd};
constexpr VideoRendition kSd{VideoCodec::kH264, Rung::kSd};
constexpr VideoRendition kSdVp8{VideoCodec::kVp8, Rung::kSd};
// A rendition that is coded at its rung's rate, beside the canvas that it was made from. The moving
// pictures fill the whole canvas, so a working chain gives 30 and a wrong picture gives 10.
constexpr double kWellEncodedDb = 25;

// What people send who are in a meeting: loops of a second, made once.
const Stream& LoopOf(int person) {
  static std::map<int, Stream> loops;
  Stream& loop = loops[person % 6];
  if (!loop.empty()) return loop;
  switch (person % 6) {
    case 0:
      return loop = EncodeH264({.size = {640, 360},
                                .profile = "baseline",
                                .tune = "zerolatency",
                                .unconstrained_baseline = true});
    case 1:
      return loop = EncodeVp8({.size = {640, 360}});
    case 2:
      return loop = EncodeH264({.size = {640, 480}, .tune = "zerolatency", .options = "ref=3"});
    case 3:
      return loop = EncodeVp8({.size = {360, 640}, .log2_partitions = 2});
    case 4:
      return loop = EncodeH264({.size = {320, 180}, .profile = "main", .tune = "zerolatency"});
    default:
      return loop = EncodeVp8({.size = {320, 240}});
  }
}

bool DecodesHere(const Device& device, VideoCodec codec) {
  return device.limits().decode[static_cast<size_t>(codec)].max_size.width > 0;
}

std::unique_ptr<Device> Accelerator() { return TestingTheCpu() ? nullptr : OpenDeviceUnderTest(); }

class Meeting : public testing::Test {
 protected:
  explicit Meeting(std::vector<VideoRendition> renditions = {kHd, kSd})
      : renditions_(renditions), here_(Accelerator(), renditions), cpu_(nullptr, renditions) {
    for (size_t i = 0; i < renditions.size(); ++i) {
      screens_.push_back(CreateVideoDecoder(renditions[i].codec).value());
    }
  }

  Device& device() {
    Device* const accelerator = here_.engine().accelerator();
    return accelerator == nullptr ? here_.engine().cpu() : *accelerator;
  }
  const BackendProbe& Here() { return here_.engine().probe().Of(device().info().backend); }
  const BackendProbe& OnTheCpu() { return here_.engine().probe().Of(Backend::kCpu); }

  void Gather(const std::vector<int>& people) {
    Scene scene;
    const auto rects = GridLayout(static_cast<int>(people.size()), kCanvasSize);
    for (size_t i = 0; i < people.size(); ++i) {
      const auto id = ParticipantId(static_cast<uint32_t>(people[i] + 1));
      scene.tiles.push_back({.participant = id,
                             .name = "Zoë " + std::to_string(people[i]),
                             .rect = rects[i],
                             .camera = CameraState::kOn});
    }
    for (const int person : people_) {
      if (std::find(people.begin(), people.end(), person) != people.end()) continue;
      ForEachRoom(
          [&](Room& room) { room.Forget(ParticipantId(static_cast<uint32_t>(person + 1))); });
      positions_.erase(person);
    }
    people_ = people;
    scene_ = scene;
    ForEachRoom([&](Room& room) { room.SetScene(scene); });
  }
  void Send(int person, const Stream& loop) {
    size_t& position = positions_[person];
    const OwnedEncodedFrame& frame = loop[position++ % loop.size()];
    const auto id = ParticipantId(static_cast<uint32_t>(person + 1));
    ForEachRoom([&](Room& room) { room.Receive(id, frame.view()); });
    ++(DecodesHere(device(), frame.codec) ? sent_here_ : sent_elsewhere_);
  }
  // Everybody sends a picture, and the room's is composed, encoded and seen.
  void Tick() {
    for (const int person : people_) Send(person, LoopOf(person));
    Watch();
  }
  void Watch() {
    const auto frames = here_.Tick();
    cpu_.Tick();
    ++ticks_;
    for (size_t i = 0; i < frames.size(); ++i) {
      if (frames[i].payload.empty()) continue;
      const auto seen = screens_[i]->Decode(frames[i].view());
      ASSERT_TRUE(seen && *seen != nullptr);
      const I420View expected = cpu_.Canvas(SpecOf(renditions_[i].rung).size).memory();
      ASSERT_EQ((*seen)->size(), expected.size);
      EXPECT_GE(PlanePsnr((*seen)->picture(), expected, 0), kWellEncodedDb) << "tick " << ticks_;
    }
  }
  // Downloads the canvas, so counts are read before it.
  void ExpectSamePicture() {
    const TestPicture seen = InMemory(device(), here_.Canvas(kCanvasSize));
    const I420View expected = cpu_.Canvas(kCanvasSize).memory();
    for (const Tile& tile : scene_.tiles) {
      EXPECT_TRUE(LookAlike(expected, seen.view(), tile.rect)) << "of " << tile.name;
    }
  }
  // Nothing left the device but what it does not do at all.
  void ExpectAllHere() {
    EXPECT_FALSE(here_.engine().given_up());
    if (TestingTheCpu()) return;
    EXPECT_EQ(Here().decode.pictures.value(), sent_here_);
    EXPECT_EQ(OnTheCpu().decode.pictures.value(), sent_elsewhere_);
    EXPECT_EQ(Here().compose.pictures.value(), ticks_);
    EXPECT_EQ(OnTheCpu().compose.pictures.value(), 0u);
    EXPECT_EQ(Here().encode.pictures.value(), ticks_ * renditions_.size());
    EXPECT_EQ(OnTheCpu().encode.pictures.value(), 0u);
    EXPECT_EQ(device().probe().downloads.value(), 0u);
    EXPECT_EQ(device().probe().uploads.value(), sent_elsewhere_);
    if (device().limits().blend != BlendSupport::kNone) {
      EXPECT_EQ(device().probe().plate_blends.value(), 0u);
    }
  }
  template <typename Do>
  void ForEachRoom(Do act) {
    act(here_);
    act(cpu_);
  }

  const std::vector<VideoRendition> renditions_;
  Room here_;
  Room cpu_;
  std::vector<std::unique_ptr<VideoDecoder>> screens_;
  Scene scene_;
  std::vector<int> people_;
  std::map<int, size_t> positions_;
  uint64_t sent_here_ = 0;
  uint64_t sent_elsewhere_ = 0;
  uint64_t ticks_ = 0;
  std::vector<Stream> clips_;
};

TEST_F(Meeting, StaysOnTheDeviceWhoeverComesAndGoes) {
  for (const std::vector<int>& people :
       std::vector<std::vector<int>>{{0}, {0, 1}, {0, 1, 2, 3, 4}, {1, 2, 3, 4}, {2, 4}, {4}}) {
    Gather(people);
    for (int i = 0; i < 4; ++i) Tick();
    ExpectAllHere();
    if (HasFailure()) return;
  }
  ExpectSamePicture();
}

TEST_F(Meeting, OfTwentyFive) {
  std::vector<int> people;
  for (int person = 0; person < kMaxTiles; ++person) people.push_back(person);
  Gather(people);
  for (int i = 0; i < 4; ++i) Tick();
  ExpectAllHere();
  ExpectSamePicture();
}

// Streams that a device may take or refuse: samples of full range, a picture that does not begin at
// the corner of what is coded, and lossless coding; and one of far too many slices, which is kept
// from all. Where they are refused, the others stay.
TEST_F(Meeting, AStreamThatIsRefusedIsDecodedOnTheCpuAndNoOther) {
  const Stream full_range = EncodeH264({.size = {640, 360},
                                        .profile = "baseline",
                                        .tune = "zerolatency",
                                        .options = "fullrange=on"});
  const Stream cropped = EncodeH264({.size = {640, 368},
                                     .profile = "baseline",
                                     .tune = "zerolatency",
                                     .options = "crop-rect=8,4,24,4"});
  const Stream lossless =
      EncodeH264({.profile = "high444", .tune = "zerolatency", .options = "qp=0"});
  const Stream many_slices =
      EncodeH264({.size = {640, 360}, .tune = "zerolatency", .options = "slice-max-mbs=2"});
  Gather({0, 2, 7, 8, 9, 10});
  for (int i = 0; i < 4; ++i) {
    Send(0, LoopOf(0));
    Send(2, LoopOf(2));
    Send(7, full_range);
    Send(8, cropped);
    Send(9, lossless);
    Send(10, many_slices);
    Watch();
  }
  ExpectSamePicture();
  const uint64_t refused = here_.engine().probe().streams_refused.value();
  EXPECT_LE(refused, 4u);
  EXPECT_FALSE(here_.engine().given_up());
  if (TestingTheCpu()) return;
  EXPECT_EQ(OnTheCpu().decode.pictures.value(), 4 * refused);
  EXPECT_GE(refused, 1u) << "slices without number";
  EXPECT_EQ(Here().decode.pictures.value(), 4 * (6 - refused));
  EXPECT_EQ(device().probe().uploads.value(), 4 * refused);
}

// Some devices notice only when others wait for a picture that there was nothing to decode. It is
// composed, encoded and seen nevertheless, and the device stays everybody's.
TEST_F(Meeting, HarmedStreamsCostNobodyTheDevice) {
  const Stream h264 = EncodeH264({.size = {640, 360},
                                  .profile = "main",
                                  .tune = "zerolatency",
                                  .pictures = 24,
                                  .key_every = 6});
  const Stream vp8 = EncodeVp8({.size = {640, 360}, .pictures = 24, .key_every = 6});
  // So flat in their tiles that the device does not draw them itself.
  const Stream flat = EncodeH264({.size = {4096, 64},
                                  .profile = "main",
                                  .tune = "zerolatency",
                                  .pictures = 24,
                                  .key_every = 6});
  const Stream flat_vp8 = EncodeVp8({.size = {4096, 64}, .pictures = 24, .key_every = 6});
  Gather({0, 7, 8, 9, 10});
  Prng prng(11);
  for (size_t i = 0; i < 96; ++i) {
    Send(0, LoopOf(0));
    for (const auto& [person, stream] : {std::pair(7U, &h264), std::pair(8U, &vp8),
                                         std::pair(9U, &flat), std::pair(10U, &flat_vp8)}) {
      OwnedEncodedFrame frame = (*stream)[i % stream->size()];
      HarmFrame(frame.payload, prng);
      here_.ReceiveHarmed(ParticipantId(person + 1), frame.view());
    }
    for (const OwnedEncodedFrame& frame : here_.Tick()) EXPECT_FALSE(frame.payload.empty());
    cpu_.Tick();
    ASSERT_FALSE(here_.engine().given_up()) << ToString(*here_.engine().failure());
  }
  const TestPicture seen = InMemory(device(), here_.Canvas(kCanvasSize));
  EXPECT_TRUE(LookAlike(cpu_.Canvas(kCanvasSize).memory(), seen.view(), scene_.tiles.front().rect));
}

// Real cameras say that their range is full, and mean it.
TEST_F(Meeting, OfRealPeople) {
  const auto paths = ClipPaths();
  if (paths.size() < 4) GTEST_SKIP() << "no CONTINUO_MEDIA";
  Gather({0, 1, 2, 3});
  for (int person = 0; person < 4; ++person) {
    Stream loop;
    ClipReader clip(paths[paths.size() / 4 * static_cast<size_t>(person)]);
    while (loop.size() < 12) loop.push_back(clip.Next().value());
    clips_.push_back(std::move(loop));
  }
  for (int i = 0; i < 12; ++i) {
    for (int person = 0; person < 4; ++person) Send(person, clips_[static_cast<size_t>(person)]);
    Watch();
  }
  EXPECT_FALSE(here_.engine().given_up());
  ExpectSamePicture();
}

class MeetingWithAnotherCodec : public Meeting {
 protected:
  MeetingWithAnotherCodec() : Meeting({kHd, kSdVp8}) {}
};

TEST_F(MeetingWithAnotherCodec, CostsADownloadForEveryPictureThatTheDeviceCannotEncode) {
  Gather({0, 2});
  for (int i = 0; i < 6; ++i) Tick();
  if (TestingTheCpu()) return;
  const bool here =
      device().limits().encode[static_cast<size_t>(VideoCodec::kVp8)].max_size.width > 0;
  EXPECT_EQ(device().probe().downloads.value(), here ? 0u : 6u);
  EXPECT_EQ(OnTheCpu().encode.pictures.value(), here ? 0u : 6u);
  EXPECT_EQ(Here().encode.pictures.value(), here ? 12u : 6u);
}

// One device, many threads: as the decode workers, the compose thread and the encoders use it.
TEST(SharedDevice, ServesManyThreadsAtOnce) {
  Device& device = DeviceUnderTest();
  std::vector<std::thread> threads;
  for (int person = 0; person < 4; ++person) {
    const Stream& loop = LoopOf(person);
    if (!DecodesHere(device, loop.front().codec)) continue;
    threads.emplace_back([&device, &loop] {
      const auto expected = AllPicturesOf(loop);
      auto decoder = device.CreateDecoder(loop.front().codec).value();
      for (size_t i = 0; i < loop.size(); ++i) {
        const auto picture = decoder->Decode(loop[i].view());
        ASSERT_TRUE(picture && *picture != nullptr);
        EXPECT_EQ(DigestOf(InMemory(device, (*picture)->view()).view()), expected[i].digest);
      }
    });
  }
  for (const PixelSize size : {PixelSize{640, 360}, PixelSize{320, 180}}) {
    threads.emplace_back([&device, size] {
      DrawnStream stream(device, VideoCodec::kH264,
                         {.size = size, .rate = DataRate::KilobitsPerSec(1500)});
      EXPECT_GT(MeanPsnr(stream.Next(24), size, 8), 30);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace continuo
