// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/encode_checks.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codecs/registry.h"
#include "hwaccel/self_test/picture_match.h"
#include "hwaccel/self_test/test_scene.h"

namespace continuo {
namespace {

constexpr PixelSize kSize{320, 180};
constexpr int kFramesPerSecond = 25;
constexpr DataRate kHigh = DataRate::KilobitsPerSec(600);
constexpr DataRate kLow = DataRate::KilobitsPerSec(200);
// High, low, high again.
constexpr int kPicturesPerRate = 60;
constexpr int kPictures = 3 * kPicturesPerRate;
constexpr int kForcedKeyFrame = 12;
// Rate control has settled by then.
constexpr int kSettled = 30;

// Grain and all, x264 reaches 31 dB here and libvpx 36; a wrong picture is below 20.
constexpr double kLooksRight = 26;
// x264, which makes up for what it spent, is at 75 %.
constexpr double kNearTheRate = 60;
// The rate goes up threefold; x264 takes its time, and comes to 2.2.
constexpr double kFollowsTheRate = 1.6;

// What came of one picture.
struct Encoded {
  FrameKind kind = FrameKind::kDelta;
  size_t bytes = 0;
  double psnr = 0;  // 0: rate control left it out
};

// A canvas on which something moves, the device's encoder, and a decoder on the CPU.
class EncoderTrial {
 public:
  static Result<std::unique_ptr<EncoderTrial>> Open(Device& device, VideoCodec codec);

  // Draws the next picture of the scene, encodes it and looks at what came out.
  Result<Encoded> Next(ForceKeyFrame force);
  Status SetRate(DataRate rate) { return encoder_->SetRate(rate); }

 private:
  EncoderTrial(Device& device, VideoCodec codec) : device_(device), codec_(codec) {}
  Result<double> Compare(const EncodedFrame& frame, const PictureView& canvas);

  Device& device_;
  const VideoCodec codec_;
  const PictureBuffer scene_{kSize};
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::unique_ptr<VideoDecoder> decoder_;
  ReadablePicture readable_;
  int number_ = 0;
};

Result<std::unique_ptr<EncoderTrial>> EncoderTrial::Open(Device& device, VideoCodec codec) {
  std::unique_ptr<EncoderTrial> trial(new EncoderTrial(device, codec));
  auto compositor = device.CreateCompositor(kSize);
  if (!compositor) return tl::unexpected(std::move(compositor.error()));
  trial->compositor_ = std::move(*compositor);
  auto encoder = device.CreateEncoder(codec, {kSize, kFramesPerSecond, kHigh});
  if (!encoder) return tl::unexpected(std::move(encoder.error()));
  trial->encoder_ = std::move(*encoder);
  return trial;
}

Result<Encoded> EncoderTrial::Next(ForceKeyFrame force) {
  DrawTestScene(TestScene::kBusy, number_, scene_.view());
  compositor_->DrawPicture({0, 0, kSize.width, kSize.height}, scene_.view(), YuvColor{});
  if (auto drawn = compositor_->Finish(); !drawn) return tl::unexpected(std::move(drawn.error()));
  const auto canvas = compositor_->Canvas(kSize);
  if (!canvas) return tl::unexpected(canvas.error());
  const auto frame =
      encoder_->Encode(*canvas, static_cast<uint32_t>(number_ * kVideoClockRate / kFramesPerSecond),
                       Timestamp::Millis(1000 * (number_ + 1) / kFramesPerSecond), force);
  if (!frame) return tl::unexpected(frame.error());
  ++number_;
  Encoded encoded{frame->kind, frame->payload.size()};
  if (frame->payload.empty()) return encoded;
  const auto psnr = Compare(*frame, *canvas);
  if (!psnr) return tl::unexpected(psnr.error());
  encoded.psnr = *psnr;
  return encoded;
}

Result<double> EncoderTrial::Compare(const EncodedFrame& frame, const PictureView& canvas) {
  // A key frame is where somebody who comes later begins: so does the decoder.
  if (frame.kind == FrameKind::kKey || decoder_ == nullptr) {
    auto decoder = CreateVideoDecoder(codec_);
    if (!decoder) return tl::unexpected(std::move(decoder.error()));
    decoder_ = std::move(*decoder);
  }
  const auto decoded = decoder_->Decode(frame);
  if (!decoded) return tl::unexpected(decoded.error());
  if (*decoded == nullptr || (*decoded)->size() != canvas.size()) {
    return Fail(ErrorCode::kMalformed, "it gives no picture, or one of another size");
  }
  const auto expected = readable_.Read(device_, canvas);
  if (!expected) return tl::unexpected(expected.error());
  return LumaPsnr(*expected, (*decoded)->picture());
}

Result<std::vector<Encoded>> EncodeAll(EncoderTrial& trial) {
  std::vector<Encoded> all;
  for (int i = 0; i < kPictures; ++i) {
    if (i > 0 && i % kPicturesPerRate == 0) {
      const DataRate rate = i / kPicturesPerRate % 2 == 0 ? kHigh : kLow;
      if (auto set = trial.SetRate(rate); !set) return tl::unexpected(std::move(set.error()));
    }
    const auto encoded =
        trial.Next(i == kForcedKeyFrame ? ForceKeyFrame::kYes : ForceKeyFrame::kNo);
    if (!encoded) return tl::unexpected(encoded.error());
    all.push_back(*encoded);
  }
  return all;
}

void TellPictures(const std::vector<Encoded>& all, CheckList& checks) {
  double sum = 0;
  int shown = 0;
  for (const Encoded& encoded : all) {
    sum += encoded.psnr;
    shown += encoded.psnr > 0 ? 1 : 0;
  }
  const std::string detail =
      std::to_string(shown) + " of " + std::to_string(all.size()) + " pictures, in the mean";
  checks.Measured(shown == 0 ? 0 : sum / shown, kLooksRight, "dB", detail);
}

void TellKeyFrames(const std::vector<Encoded>& all, CheckList& checks) {
  int as_asked = 0;
  std::string wrong;
  for (int i = 0; i < kPictures; ++i) {
    const bool asked = i == 0 || i == kForcedKeyFrame;
    const bool is_key = all[static_cast<size_t>(i)].kind == FrameKind::kKey;
    if (asked == is_key) {
      ++as_asked;
    } else if (wrong.empty()) {
      wrong = "picture " + std::to_string(i + 1) + (asked ? " is none" : " is one, unasked");
    }
  }
  checks.Measured(as_asked, kPictures, "pictures", wrong);
}

// Bits per second of the settled part of a third: 0 is the first.
double RateOf(const std::vector<Encoded>& all, int third) {
  size_t bytes = 0;
  for (int i = kSettled; i < kPicturesPerRate; ++i) {
    bytes += all[static_cast<size_t>(third * kPicturesPerRate + i)].bytes;
  }
  return static_cast<double>(bytes) * 8 * kFramesPerSecond / (kPicturesPerRate - kSettled);
}

std::string Kilobits(double bits_per_second) {
  return std::to_string(static_cast<int>(bits_per_second / 1000));
}

void TellRate(const std::vector<Encoded>& all, CheckList& checks) {
  const double low = RateOf(all, 1);
  const double high = RateOf(all, 2);
  const auto nearness = [](double rate, DataRate asked) {
    const double share = rate / static_cast<double>(asked.bps());
    return share > 1 ? 100 / share : 100 * share;
  };
  const std::string detail = Kilobits(low) + " and " + Kilobits(high) + " kbit/s, of " +
                             std::to_string(kLow.kbps()) + " and " + std::to_string(kHigh.kbps());
  checks.Measured(std::min(nearness(low, kLow), nearness(high, kHigh)), kNearTheRate, "%", detail);
}

void TellRateChange(const std::vector<Encoded>& all, CheckList& checks) {
  const bool restarted =
      std::any_of(all.begin() + kPicturesPerRate, all.end(),
                  [](const Encoded& encoded) { return encoded.kind == FrameKind::kKey; });
  if (restarted) return checks.Failed("only with a key frame");
  const double high = RateOf(all, 2);
  const double low = std::max(RateOf(all, 1), 1.0);
  checks.Measured(high / low, kFollowsTheRate, "times",
                  Kilobits(low) + " kbit/s, then " + Kilobits(high));
}

void CheckEncoder(Device& device, VideoCodec codec, CheckList& checks) {
  const std::string name(ToString(codec));
  const Limits::Encode& limits = device.limits().encode[static_cast<size_t>(codec)];
  checks.Begin("encode " + name);
  if (limits.max_size.width == 0) return checks.Skipped("the device does not encode it");
  auto trial = EncoderTrial::Open(device, codec);
  if (!trial) return checks.Failed(trial.error());
  const auto all = EncodeAll(**trial);
  if (!all) return checks.Failed(all.error());
  TellPictures(*all, checks);
  checks.Begin("key frames of " + name);
  TellKeyFrames(*all, checks);
  checks.Begin("rate of " + name);
  TellRate(*all, checks);
  checks.Begin("rate change of " + name);
  if (!limits.changes_rate) return checks.Skipped("not while the encoder runs");
  TellRateChange(*all, checks);
}

}  // namespace

void CheckEncoders(Device& device, CheckList& checks) {
  for (const VideoCodec codec : SupportedVideoCodecs()) {
    if (!checks.over()) CheckEncoder(device, codec, checks);
  }
}

}  // namespace continuo
