// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/decode_checks.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codecs/registry.h"
#include "hwaccel/self_test/picture_match.h"
#include "hwaccel/self_test/test_scene.h"

namespace continuo {
namespace {

constexpr DataRate kClipRate = DataRate::KilobitsPerSec(600);
constexpr int kPicturesPerSize = 12;
// The second is no multiple of a macroblock; the third comes after it, as when a sender's link
// gets worse.
constexpr PixelSize kSizes[] = {{640, 360}, {322, 242}, {320, 180}};

struct Tally {
  int pictures = 0;
  int different = 0;
  double worst = kIdenticalDb;
};

std::string Words(const Tally& tally) {
  const std::string all = std::to_string(tally.pictures) + " pictures";
  if (tally.different == 0) return all + ", bit-exact";
  return all + ", " + std::to_string(tally.different) + " not bit-exact";
}

Result<std::vector<OwnedEncodedFrame>> MakeClip(VideoCodec codec) {
  std::vector<OwnedEncodedFrame> clip;
  for (const PixelSize size : kSizes) {
    auto part = EncodeTestClip(codec, TestScene::kBusy, size, kPicturesPerSize, kClipRate);
    if (!part) return tl::unexpected(std::move(part.error()));
    std::ranges::move(*part, std::back_inserter(clip));
  }
  return clip;
}

// Decodes one frame both ways. False when it failed, which is told.
bool CompareOne(Device& device, VideoDecoder& decoder, VideoDecoder& reference,
                const EncodedFrame& frame, Tally& tally, CheckList& checks) {
  const auto expected = reference.Decode(frame);
  if (!expected || *expected == nullptr) {
    checks.Failed("the CPU does not decode the clip");
    return false;
  }
  const auto decoded = decoder.Decode(frame);
  if (!decoded) {
    checks.Failed(decoded.error());
    return false;
  }
  ++tally.pictures;
  if (*decoded == nullptr) {
    checks.Failed("picture " + std::to_string(tally.pictures) + " did not come out");
    return false;
  }
  if ((*decoded)->size() != (*expected)->size()) {
    checks.Failed("picture " + std::to_string(tally.pictures) + " has another size");
    return false;
  }
  ReadablePicture readable;
  const auto picture = readable.Read(device, (*decoded)->view());
  if (!picture) {
    checks.Failed(picture.error());
    return false;
  }
  const double psnr = WorstPlanePsnr(*picture, (*expected)->picture());
  if (psnr < kIdenticalDb) ++tally.different;
  tally.worst = std::min(tally.worst, psnr);
  return true;
}

void CheckDecoder(Device& device, VideoCodec codec, CheckList& checks) {
  checks.Begin("decode " + std::string(ToString(codec)));
  if (device.limits().decode[static_cast<size_t>(codec)].max_size.width == 0) {
    return checks.Skipped("the device does not decode it");
  }
  const auto clip = MakeClip(codec);
  if (!clip) return checks.Failed(ToString(clip.error()));  // not the device's fault
  auto reference = CreateVideoDecoder(codec);
  if (!reference) return checks.Failed(ToString(reference.error()));
  auto decoder = device.CreateDecoder(codec);
  if (!decoder) return checks.Failed(decoder.error());
  Tally tally;
  for (const OwnedEncodedFrame& frame : *clip) {
    if (!CompareOne(device, **decoder, **reference, frame.view(), tally, checks)) return;
  }
  checks.Measured(tally.worst, kSamePictureDb, "dB", Words(tally));
}

}  // namespace

void CheckDecoders(Device& device, CheckList& checks) {
  for (const VideoCodec codec : SupportedVideoCodecs()) {
    if (!checks.over()) CheckDecoder(device, codec, checks);
  }
}

}  // namespace continuo
