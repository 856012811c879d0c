// SPDX-License-Identifier: Apache-2.0
// Streams that lost frames or were harmed on their way: whatever a device makes of them, it lives,
// says so in time, and is right again from the next key frame on.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/h264_stream.h"
#include "tests/conformance/support/picture_match.h"
#include "tests/conformance/support/plain_decoder.h"
#include "tests/conformance/support/vp8_stream.h"
#include "tests/support/harm.h"

namespace continuo {
namespace {

constexpr int kKeyEvery = 8;
constexpr int kPictures = 40;
// Far more than a picture takes anywhere, and less than for ever.
constexpr TimeDelta kPatience = TimeDelta::Seconds(10);

struct Sender {
  std::string name;
  Stream (*stream)();
};

// Streams without B-frames: whoever calls sends none.
const std::vector<Sender> kSenders{
    {"H264Baseline",
     [] {
       return EncodeH264({.size = {320, 180},
                          .profile = "baseline",
                          .tune = "zerolatency",
                          .options = "ref=2",
                          .pictures = kPictures,
                          .key_every = kKeyEvery});
     }},
    {"H264High",
     [] {
       return EncodeH264({.size = {320, 180},
                          .tune = "zerolatency",
                          .options = "ref=4:8x8dct=1:slices=3:weightp=2",
                          .light = Light::kFading,
                          .pictures = kPictures,
                          .key_every = kKeyEvery});
     }},
    {"Vp8", [] {
       return EncodeVp8({.size = {320, 180},
                         .log2_partitions = 1,
                         .pictures = kPictures,
                         .key_every = kKeyEvery});
     }}};

// The decoder of a stream and whoever owns it: after an error it is thrown away, and another one
// begins at the next key frame.
class Viewer {
 public:
  explicit Viewer(VideoCodec codec) : codec_(codec) {}

  std::optional<ShownPicture> Watch(const OwnedEncodedFrame& frame) {
    if (decoder_ == nullptr) {
      if (frame.kind != FrameKind::kKey) return std::nullopt;
      auto made = DeviceUnderTest().CreateDecoder(codec_);
      EXPECT_TRUE(made) << ToString(made.error());
      if (!made) return std::nullopt;
      decoder_ = *std::move(made);
    }
    const Timestamp began = MonotonicNow();
    const auto decoded = decoder_->Decode(frame.view());
    EXPECT_LT((MonotonicNow() - began).ms(), kPatience.ms());
    if (!decoded) {
      // The fault is the stream's, never the device's.
      EXPECT_TRUE(decoded.error().code == ErrorCode::kMalformed ||
                  decoded.error().code == ErrorCode::kUnsupported)
          << ToString(decoded.error());
      ++errors_;
      decoder_.reset();
      return std::nullopt;
    }
    if (*decoded == nullptr) return std::nullopt;
    return Look(**decoded);
  }
  int errors() const { return errors_; }

 private:
  // A device may notice only here that there was nothing to decode.
  static std::optional<ShownPicture> Look(const VideoFrame& frame) {
    TestPicture copy(frame.size());
    if (frame.view().surface() == nullptr) {
      copy = InMemory(DeviceUnderTest(), frame.view());
    } else if (!DeviceUnderTest().Download(*frame.view().surface(), copy.view())) {
      return std::nullopt;
    }
    return ShownPicture{frame.rtp_timestamp(), copy.size(), DigestOf(copy.view())};
  }

  const VideoCodec codec_;
  std::unique_ptr<VideoDecoder> decoder_;
  int errors_ = 0;
};

class DamagedStream : public testing::TestWithParam<Sender> {
 protected:
  void SetUp() override {
    stream_ = GetParam().stream();
    const auto codec = static_cast<size_t>(stream_.front().codec);
    if (DeviceUnderTest().limits().decode[codec].max_size.width == 0) {
      GTEST_SKIP() << "the Engine decodes it on the CPU";
    }
    expected_ = AllPicturesOf(stream_);
    ASSERT_EQ(expected_.size(), stream_.size());
  }
  // Of a picture that nothing before it, back to a key frame, has harmed.
  void ExpectRight(size_t index, const std::optional<ShownPicture>& shown) {
    ASSERT_TRUE(shown) << "picture " << index + 1;
    ASSERT_EQ(*shown, expected_[index]);
  }
  // Watches the stream once with `harm` done to its frames: harm() says whether it did any, and may
  // empty a payload, which is then lost.
  template <typename Harm>
  void WatchHarmed(Viewer& viewer, Harm harm) {
    bool whole = false;
    for (size_t i = 0; i < stream_.size(); ++i) {
      OwnedEncodedFrame frame = stream_[i];
      const bool harmed = harm(i, frame.payload);
      if (harmed) {
        whole = false;
      } else if (frame.kind == FrameKind::kKey) {
        whole = true;
      }
      if (frame.payload.empty()) continue;
      const auto shown = viewer.Watch(frame);
      if (whole) ExpectRight(i, shown);
      if (HasFatalFailure()) return;
    }
  }

  Stream stream_;
  std::vector<ShownPicture> expected_;
};
INSTANTIATE_TEST_SUITE_P(Of, DamagedStream, testing::ValuesIn(kSenders),
                         [](const testing::TestParamInfo<Sender>& sender) {
                           return sender.param.name;
                         });

TEST_P(DamagedStream, IsRightAgainAfterFramesWereLost) {
  Prng prng(3);
  for (int round = 0; round < 6; ++round) {
    Viewer viewer(stream_.front().codec);
    WatchHarmed(viewer, [&](size_t, std::vector<uint8_t>& payload) {
      if (prng.Unit() > 0.15) return false;
      payload.clear();
      return true;
    });
  }
}

TEST_P(DamagedStream, IsRightAgainAfterKeyFramesWereLost) {
  Viewer viewer(stream_.front().codec);
  WatchHarmed(viewer, [&](size_t i, std::vector<uint8_t>& payload) {
    if (i % (2 * kKeyEvery) != kKeyEvery) return false;
    payload.clear();
    return true;
  });
}

TEST_P(DamagedStream, IsRightAgainAfterFramesWereCutShort) {
  Prng prng(4);
  for (int round = 0; round < 6; ++round) {
    Viewer viewer(stream_.front().codec);
    WatchHarmed(viewer, [&](size_t, std::vector<uint8_t>& payload) {
      if (prng.Unit() > 0.15) return false;
      payload.resize(1 + prng.Next() % (payload.size() - 1));
      return true;
    });
  }
}

TEST_P(DamagedStream, IsRightAgainAfterBitsWereTurned) {
  Prng prng(5);
  for (int round = 0; round < 12; ++round) {
    Viewer viewer(stream_.front().codec);
    WatchHarmed(viewer, [&](size_t, std::vector<uint8_t>& payload) {
      if (prng.Unit() > 0.2) return false;
      TurnBits(payload, prng);
      return true;
    });
  }
}

TEST_P(DamagedStream, IsRightAgainAfterHeadersWereHarmed) {
  // Where sizes, references and lengths stand: the first bytes of a frame.
  Prng prng(6);
  int errors = 0;
  for (int round = 0; round < 20; ++round) {
    Viewer viewer(stream_.front().codec);
    WatchHarmed(viewer, [&](size_t, std::vector<uint8_t>& payload) {
      if (prng.Unit() > 0.3) return false;
      payload[prng.Next() % std::min<size_t>(payload.size(), 48)] ^=
          static_cast<uint8_t>(1u << prng.Next() % 8);
      return true;
    });
    errors += viewer.errors();
  }
  EXPECT_GT(errors, 0);
}

TEST_P(DamagedStream, NoiseIsRefused) {
  Prng prng(7);
  Viewer viewer(stream_.front().codec);
  for (int i = 0; i < 200; ++i) {
    OwnedEncodedFrame frame = stream_.front();
    // Some of it behind a true beginning.
    const size_t keep = i % 2 == 0 ? 0 : std::min<size_t>(frame.payload.size(), 10 + i / 2);
    for (size_t byte = keep; byte < frame.payload.size(); ++byte) {
      frame.payload[byte] = static_cast<uint8_t>(prng.Next());
    }
    viewer.Watch(frame);
  }
  Viewer next(stream_.front().codec);
  ExpectRight(0, next.Watch(stream_.front()));
}

// Whoever assembles frames may not notice a loss, and then nobody throws the decoder away.
TEST_P(DamagedStream, AKeyFrameHealsTheSameDecoder) {
  auto decoder = DeviceUnderTest().CreateDecoder(stream_.front().codec).value();
  Prng prng(8);
  for (size_t i = 0; i < stream_.size(); ++i) {
    const bool key = stream_[i].kind == FrameKind::kKey;
    OwnedEncodedFrame frame = stream_[i];
    if (!key && prng.Unit() < 0.3) frame.payload.resize(1 + frame.payload.size() / 3);
    if (!key && prng.Unit() < 0.2) continue;
    const auto decoded = decoder->Decode(frame.view());
    if (!decoded) {
      EXPECT_NE(decoded.error().code, ErrorCode::kDeviceFailed);
    }
    if (!key) continue;
    ASSERT_TRUE(decoded && *decoded != nullptr) << "picture " << i + 1;
    EXPECT_EQ(DigestOf(InMemory(DeviceUnderTest(), (*decoded)->view()).view()), expected_[i].digest)
        << "picture " << i + 1;
  }
}

}  // namespace
}  // namespace continuo
