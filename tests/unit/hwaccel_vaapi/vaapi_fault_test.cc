// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codecs/registry.h"
#include "hwaccel/engine.h"
#include "hwaccel/vaapi/vaapi_device.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

constexpr PixelSize kCamera{128, 96};
constexpr PixelSize kCanvas{256, 192};
constexpr PixelSize kRendition{192, 144};
constexpr PixelRect kTile{0, 0, 128, 96};
constexpr int kRounds = 4;

Overlay MakePlate() {
  const std::vector<uint8_t> pixels(size_t{4 * 32 * 8}, 200);
  return Overlay::FromPremultipliedArgb({32, 8}, pixels.data(), 4 * 32);
}

// Pictures that can each be decoded alone, as after a request for a key frame.
std::vector<OwnedEncodedFrame> Stream(VideoCodec codec) {
  const auto encoder =
      CreateVideoEncoder(codec, {kCamera, 25, DataRate::KilobitsPerSec(2000)}).value();
  TestPicture picture(kCamera);
  std::vector<OwnedEncodedFrame> stream(kRounds);
  for (uint16_t number = 0; number < kRounds; ++number) {
    DrawMovingPicture(number, picture.view());
    stream[number].Assign(encoder->Encode(picture.view(), 0, {}, ForceKeyFrame::kYes).value());
  }
  return stream;
}

// A room that does what the mixer does about errors: it throws away what failed, and asks the
// Engine for another.
class Meeting {
 public:
  explicit Meeting(std::unique_ptr<Device> device) : engine_(std::move(device)) {}

  void Round(const OwnedEncodedFrame& frame) {
    Decode(frame);
    Compose();
    Encode();
  }
  // What somebody sees who begins to watch now.
  std::optional<uint16_t> Seen() {
    encoder_.reset();
    Encode();
    if (sent_.payload.empty()) return std::nullopt;
    const auto viewer = CreateVideoDecoder(VideoCodec::kH264).value();
    const auto seen = viewer->Decode(sent_.view());
    if (!seen || *seen == nullptr) return std::nullopt;
    return ReadBarcode((*seen)->picture(), {0, 0, 96, 72});
  }

 private:
  void Decode(const OwnedEncodedFrame& frame) {
    if (decoder_ == nullptr) {
      auto made = engine_.CreateDecoder(frame.codec);
      if (!made) return;
      decoder_ = *std::move(made);
    }
    auto decoded = decoder_->Decode(frame.view());
    if (!decoded) return decoder_.reset();
    if (*decoded != nullptr) picture_ = *std::move(decoded);
  }
  void Compose() {
    if (compositor_ != nullptr && compositor_->lost()) compositor_.reset();
    if (compositor_ == nullptr) {
      auto made = engine_.CreateCompositor(kCanvas);
      if (!made) return;
      compositor_ = *std::move(made);
    }
    compositor_->Fill({0, 0, kCanvas.width, kCanvas.height}, {});
    if (picture_ != nullptr && compositor_->CanDraw(picture_->view())) {
      compositor_->DrawPicture(kTile, picture_->view(), {});
    }
    compositor_->Blend({140, 100}, plate_);
    if (!compositor_->Finish()) compositor_.reset();
  }
  void Encode() {
    sent_.payload.clear();
    if (compositor_ == nullptr) return;
    const auto canvas = compositor_->Canvas(kRendition);
    if (!canvas) return compositor_.reset();
    if (encoder_ == nullptr) {
      auto made = engine_.CreateEncoder(VideoCodec::kH264,
                                        {kRendition, 25, DataRate::KilobitsPerSec(2000)});
      if (!made) return;
      encoder_ = *std::move(made);
    }
    const auto encoded = encoder_->Encode(*canvas, 0, {}, ForceKeyFrame::kNo);
    if (!encoded) return encoder_.reset();
    sent_.Assign(*encoded);
  }

  Engine engine_;
  const Overlay plate_ = MakePlate();
  std::unique_ptr<VideoDecoder> decoder_;
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<const VideoFrame> picture_;
  std::unique_ptr<VideoEncoder> encoder_;
  OwnedEncodedFrame sent_;
};

// The driver reads what is to go wrong when a display is initialised.
class VaapiFaultTest : public testing::TestWithParam<VideoCodec> {
 protected:
  ~VaapiFaultTest() override {
    unsetenv("SOFTVA_FAULT");
    unsetenv("SOFTVA_REPORT");
  }
  // Has the n-th call go wrong, in that way, during a meeting. False once there are not so many.
  bool MeetWith(const std::string& kind, int n) {
    const std::string report = testing::TempDir() + "vaapi_fault_" + std::to_string(getpid());
    std::remove(report.c_str());
    setenv("SOFTVA_REPORT", report.c_str(), 1);
    setenv("SOFTVA_FAULT", ("any:" + std::to_string(n) + ":" + kind).c_str(), 1);
    {
      auto opened = OpenVaapiDevice("/dev/dri/renderD128");
      Meeting meeting(opened ? *std::move(opened) : nullptr);
      for (const auto& frame : stream_) meeting.Round(frame);
      // Two rounds are enough to be live again, whatever happens in the last one or in looking.
      std::optional<uint16_t> seen = meeting.Seen();
      for (int round = 0; round < 2 && seen != kRounds - 1; ++round) {
        meeting.Round(stream_.back());
        seen = meeting.Seen();
      }
      EXPECT_EQ(seen, kRounds - 1) << kind << " at call " << n;
    }
    std::ifstream file(report);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::remove(report.c_str());
    // Of one call that fails, a driver may well think that the ones after it make no sense.
    if (kind == "lost") {
      EXPECT_NE(text.find(R"("violations":[])"), std::string::npos) << text;
    }
    // Where it is the giving back that fails, that one thing is the driver's to keep; an image has
    // a buffer.
    EXPECT_LE(SumIn(text, R"("leaks":{)"), kind == "fail" ? 2 : 0)
        << kind << " at call " << n << ": " << text;
    return n < SumIn(text, R"("calls":{)");
  }
  // Of the numbers in one of the report's lists.
  static int SumIn(const std::string& report, std::string_view list) {
    const size_t begin = report.find(list) + list.size();
    int sum = 0;
    for (size_t at = begin; at < report.find('}', begin); ++at) {
      if (report[at] == ':') sum += std::atoi(report.c_str() + at + 1);
    }
    return sum;
  }
  // Every seventh call, other ones for each codec.
  int MeetWithAll(const std::string& kind) {
    int n = GetParam() == VideoCodec::kVp8 ? 1 : 2;
    while (MeetWith(kind, n) && !HasFailure()) n += 7;
    return n;
  }

  const std::vector<OwnedEncodedFrame> stream_ = Stream(GetParam());
};

TEST_P(VaapiFaultTest, ARoomIsLiveAgainWhicheverCallFails) { EXPECT_GT(MeetWithAll("fail"), 100); }

TEST_P(VaapiFaultTest, ARoomIsLiveAgainWheneverTheDeviceIsLost) {
  EXPECT_GT(MeetWithAll("lost"), 100);
}

// What the canvas's first pass says when its n-th call goes wrong; nothing if all goes well, or if
// there is no canvas.
std::optional<ErrorCode> PassWith(const std::string& kind, int n) {
  setenv("SOFTVA_FAULT", ("EndPicture:" + std::to_string(n) + ":" + kind).c_str(), 1);
  const auto device = OpenVaapiDevice("/dev/dri/renderD128");
  unsetenv("SOFTVA_FAULT");
  if (!device) return std::nullopt;
  const auto compositor = (*device)->CreateCompositor(kCanvas);
  if (!compositor) return std::nullopt;
  (*compositor)->Fill({0, 0, kCanvas.width, kCanvas.height}, {});
  const auto finished = (*compositor)->Finish();
  if (finished) return std::nullopt;
  return finished.error().code;
}

TEST(VaapiCompositorFaultTest, TellsAPassThatFailsFromADeviceThatIsLost) {
  for (const std::string kind : {"fail", "lost"}) {
    std::optional<ErrorCode> code;
    for (int n = 1; n < 10 && !code; ++n) code = PassWith(kind, n);
    EXPECT_EQ(code, kind == "fail" ? ErrorCode::kUnsupported : ErrorCode::kDeviceFailed) << kind;
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, VaapiFaultTest,
                         testing::Values(VideoCodec::kVp8, VideoCodec::kH264),
                         [](const auto& codec) { return std::string(ToString(codec.param)); });

}  // namespace
}  // namespace continuo
