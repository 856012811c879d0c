// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "media/codec.h"
#include "media/pixel_size.h"
#include "tests/conformance/support/stream.h"

namespace continuo {

// Somebody who sends the same second of pictures again and again, encoded once, so that a meeting
// costs little but what the mixer does. Every picture bears a number that is this person's alone.
class LoopedCamera {
 public:
  LoopedCamera(int person, VideoCodec codec, PixelSize size);

  ParticipantId id() const { return ParticipantId(static_cast<uint32_t>(person_)); }
  // The next frame; a key frame where one was asked for, or where the loop begins again.
  const OwnedEncodedFrame& Next();
  void WantKeyFrame() { next_ = 0; }
  // Whether a number that was read off a tile is of this person.
  bool IsMine(uint16_t number) const { return number / kNumbers == person_; }

 private:
  static constexpr int kNumbers = 1000;
  const int person_;
  Stream loop_;
  size_t next_ = 0;
};

}  // namespace continuo
