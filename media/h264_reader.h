// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"

namespace continuo {

// H.264 Table 7-1, the types that we tell apart. Other values of the five bits occur and are kept.
enum class H264NalType : uint8_t {
  kSlice = 1,
  kIdrSlice = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kAccessUnitDelimiter = 9,
  kFiller = 12,
};

// One NAL unit as a view of the access unit: the header byte first, no start code, never empty.
// Emulation prevention bytes are still in it.
struct H264Nal {
  ByteView bytes;

  H264NalType type() const { return static_cast<H264NalType>(bytes[0] & 0x1f); }
  int ref_idc() const { return bytes[0] >> 5 & 3; }
};

// Walks over the NAL units of one access unit in Annex B, without copying. Takes start codes of
// three and of four bytes, skips whatever comes before the first one, empty units and trailing
// zeros; so any bytes at all can be walked, and those without a start code have no units. The views
// live as long as the access unit. H.264 Annex B.1.
class H264NalReader {
 public:
  explicit H264NalReader(ByteView access_unit);

  std::optional<H264Nal> Next();

 private:
  ByteView bytes_;
  size_t position_ = 0;  // of the next unit's header byte
};

// True when the access unit has an IDR slice: decoding can begin here, given parameter sets.
bool H264IsIdr(ByteView access_unit);
bool H264HasSps(ByteView access_unit);
// kKey for what a decoder that knows nothing can begin with: an IDR picture with its own SPS.
FrameKind H264FrameKind(ByteView access_unit);

// What a sequence parameter set promises. H.264 §7.3.2.1.1, and of the VUI (§E.1.1) what decoding
// in time and in colour needs.
struct H264Sps {
  uint8_t profile_idc = 0;
  uint8_t constraint_flags = 0;  // constraint_set0_flag is the highest bit
  uint8_t level_idc = 0;
  int id = 0;
  int chroma_format_idc = 1;  // 1 is 4:2:0
  int luma_bit_depth = 8;
  int chroma_bit_depth = 8;
  int max_reference_frames = 0;
  PixelSize coded_size;    // whole macroblocks: what memory is needed for
  PixelRect visible_rect;  // after cropping, within coded_size
  // How many pictures may have to wait for one that is decoded later and shown earlier: 0 without
  // B-frames. Nothing where the stream does not say.
  std::optional<int> reordered_frames;
  bool full_range = false;  // samples from 0 to 255: video_full_range_flag

  bool IsConstrainedBaseline() const { return profile_idc == 66 && (constraint_flags & 0x40) != 0; }
};

// The largest side that level 6.2 allows, in macroblocks: sqrt(8 * MaxFS). H.264 Table A-1.
inline constexpr int kMaxH264SideInMacroblocks = 1055;

// Reads an SPS unit, header byte included. kMalformed when it ends early, when a value is outside
// what the standard allows, or when cropping leaves nothing. A damaged VUI tells nothing.
Result<H264Sps> ParseH264Sps(ByteView nal);

}  // namespace continuo
