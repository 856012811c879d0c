// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "media/audio_frame.h"

namespace continuo {

// Decodes one talker to 48 kHz mono. One thread at a time.
class AudioDecoder {
 public:
  virtual ~AudioDecoder() = default;
  // How many samples (48 kHz, per channel) the payload will give; an error if it is malformed.
  virtual Result<size_t> SamplesIn(ByteView payload) const = 0;
  // Decodes one payload into `out` and returns how many samples it wrote. RFC 6716 frames of 2.5 to
  // 120 ms: `out` must hold 5760 samples.
  virtual Result<size_t> Decode(ByteView payload, std::span<int16_t> out) = 0;
  // Recovers the packet before `next` from next's in-band FEC where there is any, else conceals.
  // Writes exactly out.size() samples.
  virtual Status DecodeFec(ByteView next, std::span<int16_t> out) = 0;
  // Conceals out.size() samples of loss.
  virtual Status Conceal(std::span<int16_t> out) = 0;
};

// Encodes 20 ms of 48 kHz mono into one payload. One thread at a time.
class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;
  // Writes into `out` and returns the payload's view of it. Never more than kMaxAudioPayload bytes.
  virtual Result<ByteView> Encode(const AudioFrame& frame, MutableBytes out) = 0;
  // Carries on as if it had encoded everything that `other` has, at its own rate: whoever decodes
  // other's payloads may be given this one's next instead, and hears no seam. kUnsupported where
  // the codec can't, or where `other` is of another kind.
  virtual Status ContinueFrom(const AudioEncoder& other) {
    static_cast<void>(other);
    return Fail(ErrorCode::kUnsupported, "this encoder cannot continue another");
  }
  // Makes the next payload lean on none before it, as far as the codec can: for decoders that have
  // been given another encoder's. Costs some quality of that payload.
  virtual void DecoupleNext() {}
};

}  // namespace continuo
