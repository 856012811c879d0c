// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/test_sources.h"

#include <optional>
#include <utility>

#include "codecs/registry.h"
#include "hwaccel/self_test/test_scene.h"

namespace continuo {
namespace {

constexpr DataRate kRate = DataRate::KilobitsPerSec(3000);

// A codec of ours that the device decodes.
std::optional<VideoCodec> AnyDecoded(const Device& device) {
  for (const VideoCodec codec : SupportedVideoCodecs()) {
    if (device.limits().decode[static_cast<size_t>(codec)].max_size.width > 0) return codec;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<TestSources>> TestSources::Make(Device& device) {
  auto sources = std::make_unique<TestSources>();
  for (const PixelSize size : {PixelSize{640, 360}, PixelSize{360, 640}}) {
    auto added = sources->AddDecoded(device, size);
    // That its decoder is wrong is another check's to tell.
    if (!added && added.error().code == ErrorCode::kDeviceFailed) {
      return tl::unexpected(std::move(added.error()));
    }
  }
  sources->AddDrawn({1280, 720}, 11);
  sources->AddDrawn({333, 251}, 22);
  sources->AddDrawn({480, 640}, 33);
  sources->sources_.emplace_back();
  return sources;
}

void TestSources::AddDrawn(PixelSize size, int number) {
  const PictureBuffer& buffer = buffers_.emplace_back(size);
  DrawTestScene(TestScene::kSmooth, number, buffer.view());
  sources_.push_back({buffer.view(), buffer.view()});
}

Status TestSources::AddDecoded(Device& device, PixelSize size) {
  const auto codec = AnyDecoded(device);
  if (!codec) return {};
  const auto clip = EncodeTestClip(*codec, TestScene::kSmooth, size, 1, kRate);
  if (!clip) return tl::unexpected(clip.error());
  auto decoder = device.CreateDecoder(*codec);
  if (!decoder) return tl::unexpected(std::move(decoder.error()));
  auto decoded = (*decoder)->Decode(clip->front().view());
  if (!decoded) return tl::unexpected(std::move(decoded.error()));
  if (*decoded == nullptr) return Fail(ErrorCode::kUnsupported, "no picture came out of a decoder");
  const PictureView& picture = (*decoded)->view();
  I420View in_memory = picture.memory();
  if (picture.surface() != nullptr) {
    const PictureBuffer& copy = buffers_.emplace_back(picture.size());
    auto done = device.Download(*picture.surface(), copy.view());
    if (!done) return done;
    in_memory = copy.view();
  }
  sources_.push_back({picture, in_memory});
  frames_.push_back(std::move(*decoded));
  return {};
}

}  // namespace continuo
