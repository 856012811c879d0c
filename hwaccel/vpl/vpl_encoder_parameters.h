// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/rate.h"
#include "base/result.h"
#include "codecs/video_encoder.h"

namespace continuo {

// Parts of a picture that are coded finer or coarser, as oneVPL is told of them. At most
// kMaxQualityRegions.
mfxExtEncoderROI VplRegions(std::span<const QualityRegion> regions);

// What oneVPL's H.264 encoder is told: constrained baseline at a constant rate, one reference, no
// B-frames, key frames only when asked for, nothing in the stream but pictures and what decoders
// need to read them. Holds the structs that oneVPL's point to, so it stays where it is.
class VplEncoderParameters {
 public:
  // By which of a GPU's two engines for H.264.
  enum class Engine : uint8_t { kShaders, kFixedFunction };

  // The buffer holds half a second of config.rate, as the software encoder's does.
  VplEncoderParameters(const VideoEncoderConfig& config, Engine engine);
  VplEncoderParameters(const VplEncoderParameters&) = delete;
  VplEncoderParameters& operator=(const VplEncoderParameters&) = delete;

  // The buffer stays as it is: with another the runtime would begin a new sequence.
  void SetRate(DataRate rate);
  void SetLevel(mfxU16 level) { video_.mfx.CodecLevel = level; }
  // For MFXVideoENCODE_Reset: refuses what would take a key frame.
  void KeepSequence() { video_.NumExtParam = static_cast<mfxU16>(extra_.size()); }

  const mfxFrameInfo& picture() const { return video_.mfx.FrameInfo; }
  mfxVideoParam* get() { return &video_; }
  // Whether the runtime takes them as they are, the rate above all: it raises those that are too
  // low for the size. kUnsupported when it does not.
  Status Check(mfxSession session);
  // How many regions with a QP of their own a picture may have.
  int CountRegions(mfxSession session);

 private:
  // Adds one that the runtime is asked about, and nothing else.
  void Add(mfxExtBuffer& extra) { extra_[video_.NumExtParam++] = &extra; }

  mfxVideoParam video_{};
  mfxExtCodingOption option_{};
  mfxExtCodingOption2 option2_{};
  mfxExtCodingOption3 option3_{};
  mfxExtEncoderResetOption reset_{};
  std::array<mfxExtBuffer*, 4> extra_;  // the last one is for Reset, or asked about
};

}  // namespace continuo
