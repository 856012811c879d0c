// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/rate.h"
#include "base/result.h"
#include "codecs/audio_codec.h"

namespace continuo {

struct OpusEncoderConfig {
  DataRate rate = DataRate::KilobitsPerSec(24);  // 6 to 128 kbit/s
  int complexity = 5;                            // 0 to 10
  // How much loss the encoder should spend in-band FEC on: at 0 it makes none.
  int expected_loss_percent = 10;
};

// Speech at 48 kHz mono with libopus, with in-band FEC and without DTX. RFC 6716, RFC 7587.
Result<std::unique_ptr<AudioEncoder>> CreateOpusEncoder(const OpusEncoderConfig& config);

// Payloads of any Opus mode, mono or stereo, to 48 kHz mono. Lengths to recover or to conceal are
// multiples of 2.5 ms (120 samples), at most 120 ms.
Result<std::unique_ptr<AudioDecoder>> CreateOpusDecoder();

}  // namespace continuo
