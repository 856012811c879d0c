// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "hwaccel/vpl/vpl_device.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vpl/vpl_device.h"

namespace continuo {
namespace {

constexpr PixelSize kSize{64, 64};

// What became of a little meeting.
struct Outcome {
  bool opened = false;
  int decoded = 0;
  int encoded = 0;
  std::vector<Error> errors;
  std::string report;  // the driver's, of when it was unloaded

  bool device_failed() const {
    return std::any_of(errors.begin(), errors.end(),
                       [](const Error& error) { return error.code == ErrorCode::kDeviceFailed; });
  }
  std::string ErrorsAsText() const {
    std::string text;
    for (const Error& error : errors) text += ToString(error) + '\n';
    return text;
  }
  // What the report says that was left over of this kind, on all displays.
  int Leaked(std::string_view kind) const {
    const std::string name = '"' + std::string(kind) + "\":";
    int sum = 0;
    for (size_t leaks = 0; (leaks = report.find("\"leaks\"", leaks)) != std::string::npos;
         ++leaks) {
      sum += std::atoi(report.c_str() + report.find(name, leaks) + name.size());
    }
    return sum;
  }
  // How many calls the driver counted on the display that had most: the runtime looks around on
  // displays of its own, each of which counts from 1.
  int calls() const {
    int most = 0;
    std::istringstream lines(report);
    for (std::string line; std::getline(lines, line);) {
      const size_t begin = line.find("\"calls\":{") + 9;
      const std::string counts = line.substr(begin, line.find('}', begin) - begin);
      int sum = 0;
      for (size_t colon = 0; (colon = counts.find(':', colon)) != std::string::npos; ++colon) {
        sum += std::atoi(counts.c_str() + colon + 1);
      }
      most = std::max(most, sum);
    }
    return most;
  }
};

class VplFaultsTest : public testing::Test {
 protected:
  ~VplFaultsTest() override {
    unsetenv("SOFTVA_FAULT");
    unsetenv("SOFTVA_REPORT");
    std::remove(report_.c_str());
  }

  // One camera in each codec, a canvas, a rendition; two key frames each. What fails is made anew
  // by whoever needs it, while the device is said to work.
  Outcome Meet(const std::string& fault) {
    return Hold(fault, [this](Device& device, Outcome& outcome) { Meet(device, outcome); });
  }
  // The camera that sends H.264 alone, seen by nobody.
  Outcome Decode(const std::string& fault) {
    return Hold(fault, [this](Device& device, Outcome& outcome) {
      const auto decoder = *device.CreateDecoder(VideoCodec::kH264);
      for (const auto& frame : streams_.front()) {
        const auto picture = decoder->Decode(frame.view());
        if (!picture) outcome.errors.push_back(picture.error());
        if (picture && *picture != nullptr) ++outcome.decoded;
      }
    });
  }

 private:
  Outcome Hold(const std::string& fault, const std::function<void(Device&, Outcome&)>& meeting) {
    setenv("SOFTVA_FAULT", fault.c_str(), 1);
    setenv("SOFTVA_REPORT", report_.c_str(), 1);
    std::remove(report_.c_str());
    Outcome outcome;
    {
      auto device = OpenVplDevice(kRenderNode);
      outcome.opened = device.has_value();
      if (device) {
        meeting(**device, outcome);
      } else {
        outcome.errors.push_back(device.error());
      }
    }
    std::ostringstream text;
    text << std::ifstream(report_).rdbuf();
    outcome.report = text.str();
    return outcome;
  }

  void Meet(Device& device, Outcome& outcome) {
    std::vector<std::unique_ptr<VideoDecoder>> decoders(streams_.size());
    auto compositor = device.CreateCompositor(kSize);
    auto encoder = device.CreateEncoder(VideoCodec::kH264, kConfig);
    if (!compositor) outcome.errors.push_back(compositor.error());
    if (!encoder) outcome.errors.push_back(encoder.error());
    for (size_t number = 0; number < streams_.front().size(); ++number) {
      for (size_t i = 0; i < streams_.size(); ++i) {
        if (decoders[i] == nullptr) {
          auto decoder = device.CreateDecoder(streams_[i].front().codec);
          if (!decoder) outcome.errors.push_back(decoder.error());
          if (!decoder) continue;
          decoders[i] = *std::move(decoder);
        }
        const auto picture = decoders[i]->Decode(streams_[i][number].view());
        if (!picture) outcome.errors.push_back(picture.error());
        if (!picture || *picture == nullptr) continue;
        ++outcome.decoded;
        if (!compositor) continue;
        (*compositor)->DrawPicture({0, 0, 64, 64}, (*picture)->view(), {});
        const auto drawn = (*compositor)->Finish();
        if (!drawn) outcome.errors.push_back(drawn.error());
      }
      if (!compositor || !encoder) continue;
      const auto canvas = (*compositor)->Canvas(kSize);
      if (!canvas) outcome.errors.push_back(canvas.error());
      if (!canvas) continue;
      const auto encoded = (*encoder)->Encode(*canvas, 0, {}, ForceKeyFrame::kNo);
      if (!encoded) outcome.errors.push_back(encoded.error());
      if (encoded) ++outcome.encoded;
    }
  }

  static constexpr VideoEncoderConfig kConfig{
      .size = kSize, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(100)};
  static std::vector<OwnedEncodedFrame> Stream(VideoCodec codec) {
    MovingStream stream(codec, kConfig);
    auto frames = stream.Next(2);
    for (auto& frame : stream.Next(2, ForceKeyFrame::kYes)) frames.push_back(std::move(frame));
    return frames;
  }

  const std::string report_ =
      testing::TempDir() + "vpl_faults_" + std::to_string(getpid()) + ".json";
  const std::vector<std::vector<OwnedEncodedFrame>> streams_{Stream(VideoCodec::kH264),
                                                             Stream(VideoCodec::kVp8)};
};

TEST_F(VplFaultsTest, WithoutAFaultNothingLeaksAndNoRuleIsBroken) {
  const Outcome outcome = Meet("");
  EXPECT_TRUE(outcome.errors.empty());
  EXPECT_EQ(outcome.decoded, 8);
  EXPECT_EQ(outcome.encoded, 4);
  for (const std::string_view kind : {"surfaces", "contexts", "configs", "images", "buffers"}) {
    EXPECT_EQ(outcome.Leaked(kind), 0) << kind;
  }
  EXPECT_EQ(outcome.report.find("\"violations\":[\""), std::string::npos) << outcome.report;
  EXPECT_GT(outcome.calls(), 300);
}

// The device is lost at every fifth call of a meeting. Whoever uses it then is told so, and it is
// taken apart as if nothing had happened. The runtime itself forgets a buffer of parameters when
// mapping it fails.
TEST_F(VplFaultsTest, ADeviceThatIsLostSaysSoAndGivesEverythingBack) {
  int failed = 0;
  for (int call = 1;; call += 5) {
    SCOPED_TRACE(call);
    const Outcome outcome = Meet("any:" + std::to_string(call) + ":lost");
    if (outcome.calls() < call) break;
    if (outcome.errors.empty()) continue;  // it was lost when all was done
    ++failed;
    EXPECT_TRUE(outcome.device_failed()) << outcome.ErrorsAsText();
    for (const std::string_view kind : {"surfaces", "contexts", "configs", "images"}) {
      EXPECT_EQ(outcome.Leaked(kind), 0) << kind;
    }
    EXPECT_LE(outcome.Leaked("buffers"), 1);
  }
  EXPECT_GT(failed, 50);
}

// The runtime says the same of both.
TEST_F(VplFaultsTest, ADecoderTellsALostDeviceFromAStreamThatFails) {
  int lost = 0;
  int failed = 0;
  for (int picture = 1; picture < 12; ++picture) {
    SCOPED_TRACE(picture);
    const std::string at = "EndPicture:" + std::to_string(picture);
    const Outcome of_lost = Decode(at + ":lost");
    if (!of_lost.opened || of_lost.errors.empty()) continue;
    ++lost;
    EXPECT_EQ(of_lost.errors.front().code, ErrorCode::kDeviceFailed) << of_lost.ErrorsAsText();
    const Outcome of_failed = Decode(at + ":fail");
    EXPECT_FALSE(of_failed.device_failed()) << of_failed.ErrorsAsText();
    failed += of_failed.errors.empty() ? 0 : 1;
  }
  EXPECT_GT(lost, 2);
  EXPECT_GT(failed, 2);
}

// One call in five, of those that a meeting makes, fails, and the next ones do not. Each stream has
// its picture again from the next key frame on, unless it was refused.
TEST_F(VplFaultsTest, AFailingCallCostsNoMoreThanAGroupOfPictures) {
  for (int call = 3;; call += 5) {
    SCOPED_TRACE(call);
    const Outcome outcome = Meet("any:" + std::to_string(call) + ":fail");
    if (outcome.calls() < call) break;
    if (!outcome.opened) continue;
    EXPECT_GE(outcome.decoded, 6) << outcome.ErrorsAsText();
  }
}

}  // namespace
}  // namespace continuo
