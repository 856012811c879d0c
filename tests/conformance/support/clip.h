// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/encoded_frame.h"

namespace continuo {

// The clips of CONTINUO_MEDIA, by path, in order; none where there is no such folder.
std::vector<std::string> ClipPaths();

// What an H.264 clip says of the range of its samples. Cameras that make JPEG say full; the samples
// are the same if it is denied.
enum class SaidRange : uint8_t { kAsRecorded, kLimited };

// Reads one clip's pictures, access unit by access unit, as their sender would have sent them.
class ClipReader {
 public:
  explicit ClipReader(const std::string& path, SaidRange range = SaidRange::kAsRecorded);
  ~ClipReader();
  ClipReader(const ClipReader&) = delete;
  ClipReader& operator=(const ClipReader&) = delete;

  // Nothing when it is not one of the codecs that a room has.
  std::optional<VideoCodec> codec() const;
  // Nothing at the end. The RTP timestamp is the time of display in 90 kHz ticks.
  std::optional<OwnedEncodedFrame> Next();

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace continuo
