// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/random.h"
#include "media/encoded_frame.h"

namespace continuo::test {

// Access units that look like an encoder's from outside: headers and NAL units as they should be,
// noise inside. No decoder would take them; transport can't tell.
class BitstreamSamples {
 public:
  BitstreamSamples(VideoCodec codec, uint64_t seed) : codec_(codec), random_(seed) {}

  // Of about `size` bytes.
  std::vector<uint8_t> Next(FrameKind kind, size_t size) {
    return codec_ == VideoCodec::kVp8 ? Vp8(kind, size) : H264(kind, size);
  }

 private:
  uint8_t NonZero() { return static_cast<uint8_t>(1 + random_.Next() % 255); }

  std::vector<uint8_t> Vp8(FrameKind kind, size_t size) {
    std::vector<uint8_t> frame;
    if (kind == FrameKind::kKey) {
      frame = {0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};  // 640x360
    } else {
      frame = {0x11, 0x02, 0x00};
    }
    while (frame.size() < size) frame.push_back(static_cast<uint8_t>(random_.Next()));
    return frame;
  }

  void AddNal(std::vector<uint8_t>& unit, uint8_t header, size_t size) {
    for (const uint8_t byte : {0, 0, 0, 1}) unit.push_back(byte);
    unit.push_back(header);
    for (size_t i = 1; i < size; ++i) unit.push_back(NonZero());  // so: no emulation prevention
  }

  std::vector<uint8_t> H264(FrameKind kind, size_t size) {
    std::vector<uint8_t> unit;
    if (kind == FrameKind::kKey) {
      AddNal(unit, 0x67, 12);
      AddNal(unit, 0x68, 5);
      AddNal(unit, 0x65, size);
    } else {
      AddNal(unit, 0x06, 20);
      AddNal(unit, 0x41, size / 2);
      AddNal(unit, 0x41, size / 2);
    }
    return unit;
  }

  VideoCodec codec_;
  Prng random_;
};

}  // namespace continuo::test
