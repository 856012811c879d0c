// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/camera_clips.h"

namespace continuo {

enum class TileShape : uint8_t {
  kFitted,     // as we draw them: 4:3 in the middle of a 16:9 tile, black beside it
  kStretched,  // filling the tile
};
enum class Encoding : uint8_t {
  kLikeOurs,      // constrained baseline, one key frame: what we send
  kPeersDefault,  // of the same preset, tune and rate: High profile with CABAC, key frames
};

// How another program is told to do what a room does: one picture of all cameras at 1280x720 and 25
// fps, each in its place of our grid, encoded by x264, veryfast, zerolatency, at the rate and with
// the buffer of our hd rendition, on one thread.
struct PeerTask {
  TileShape shape = TileShape::kFitted;
  Encoding encoding = Encoding::kLikeOurs;
  std::span<const CameraClip> cameras;
  // Both empty: the result is thrown away, for measuring. Else an Annex B file, and the picture
  // before it was encoded, without loss, in a Matroska file.
  std::filesystem::path encoded;
  std::filesystem::path composed;
};

// Bilinear scale, pad and xstack.
std::vector<std::string> FfmpegCommand(const PeerTask& task);
// compositor, x264enc.
std::vector<std::string> GstreamerCommand(const PeerTask& task);

struct PictureQuality {
  double kbps = 0;
  double luma_psnr = 0;  // dB, of the mean squared error of all pictures
  std::string profile;
};
// Compares an encoded file with what it was made from, both as PeerTask makes them.
Result<PictureQuality> CompareFiles(const std::filesystem::path& encoded,
                                    const std::filesystem::path& composed);
// The profile that an access unit with parameter sets claims.
std::string ProfileOf(ByteView access_unit);

}  // namespace continuo
