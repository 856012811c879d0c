// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/chain_check.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codecs/registry.h"
#include "hwaccel/self_test/test_scene.h"

namespace continuo {
namespace {

constexpr PixelSize kCanvas{1280, 720};
constexpr PixelSize kEncoded{640, 360};
constexpr PixelRect kTile{426, 240, 426, 240};
constexpr int kPictures = 25;
constexpr DataRate kRate = DataRate::KilobitsPerSec(600);

template <typename Limits>
std::optional<VideoCodec> AnyOf(const Limits& limits) {
  for (const VideoCodec codec : SupportedVideoCodecs()) {
    if (limits[static_cast<size_t>(codec)].max_size.width > 0) return codec;
  }
  return std::nullopt;
}

struct Stages {
  std::unique_ptr<VideoDecoder> decoder;
  std::unique_ptr<Compositor> compositor;
  std::unique_ptr<VideoEncoder> encoder;
};

Result<Stages> OpenStages(Device& device, VideoCodec decoded, VideoCodec encoded) {
  auto decoder = device.CreateDecoder(decoded);
  if (!decoder) return tl::unexpected(std::move(decoder.error()));
  auto compositor = device.CreateCompositor(kCanvas);
  if (!compositor) return tl::unexpected(std::move(compositor.error()));
  auto encoder = device.CreateEncoder(encoded, {kEncoded, 25, kRate});
  if (!encoder) return tl::unexpected(std::move(encoder.error()));
  return Stages{std::move(*decoder), std::move(*compositor), std::move(*encoder)};
}

// One picture through all of them.
Status Pass(Stages& stages, const EncodedFrame& frame, const Overlay& plate) {
  const auto picture = stages.decoder->Decode(frame);
  if (!picture) return tl::unexpected(picture.error());
  if (*picture == nullptr) return Fail(ErrorCode::kUnsupported, "a picture did not come out");
  stages.compositor->DrawPicture(kTile, (*picture)->view(), YuvColor{});
  stages.compositor->Blend({kTile.x, kTile.y}, plate);
  if (auto drawn = stages.compositor->Finish(); !drawn) return drawn;
  const auto canvas = stages.compositor->Canvas(kEncoded);
  if (!canvas) return tl::unexpected(canvas.error());
  const auto encoded =
      stages.encoder->Encode(*canvas, frame.rtp_timestamp, frame.capture_time, ForceKeyFrame::kNo);
  if (!encoded) return tl::unexpected(encoded.error());
  return {};
}

}  // namespace

void CheckChain(Device& device, CheckList& checks) {
  checks.Begin("pictures stay on the device");
  const auto decoded = AnyOf(device.limits().decode);
  const auto encoded = AnyOf(device.limits().encode);
  if (!decoded || !encoded) return checks.Skipped("the device lacks a stage");
  const auto clip = EncodeTestClip(*decoded, TestScene::kBusy, kEncoded, kPictures, kRate);
  if (!clip) return checks.Failed(ToString(clip.error()));
  auto stages = OpenStages(device, *decoded, *encoded);
  if (!stages) return checks.Failed(stages.error());
  const Overlay plate = MakeTestPlate({96, 24}, 1);
  const DeviceProbe& probe = device.probe();
  const auto down = probe.downloads.value();
  const auto up = probe.uploads.value();
  for (const OwnedEncodedFrame& frame : *clip) {
    if (const auto passed = Pass(*stages, frame.view(), plate); !passed) {
      return checks.Failed(passed.error());
    }
  }
  const auto left = probe.downloads.value() - down;
  const auto came = probe.uploads.value() - up;
  const auto all = static_cast<double>(clip->size());
  checks.Measured(all - static_cast<double>(left + came), all, "pictures",
                  std::to_string(left) + " downloads, " + std::to_string(came) + " uploads");
}

}  // namespace continuo
