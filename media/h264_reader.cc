// SPDX-License-Identifier: Apache-2.0
#include "media/h264_reader.h"

#include <algorithm>
#include <array>

namespace continuo {
namespace {

// Where the next 00 00 01 begins at or after `from`; bytes.size() when there is none.
size_t FindStartCode(ByteView bytes, size_t from) {
  size_t i = from;
  while (i + 3 <= bytes.size()) {
    // The third byte tells how far the next start code is at least.
    if (bytes[i + 2] > 1) {
      i += 3;
    } else if (bytes[i + 2] == 1 && bytes[i] == 0 && bytes[i + 1] == 0) {
      return i;
    } else {
      ++i;
    }
  }
  return bytes.size();
}

// Reads bits of a NAL unit's payload, skipping emulation prevention bytes (the 3 of 00 00 03) as it
// goes. Running past the end, or a value outside its bounds, sticks: reads give 0 from then on.
// H.264 §7.3.1 and §9.1.
class RbspReader {
 public:
  explicit RbspReader(ByteView payload) : bytes_(payload) {}

  bool ok() const { return ok_; }

  uint32_t Bits(int n) {
    uint32_t value = 0;
    for (int i = 0; i < n; ++i) value = value << 1 | Bit();
    return ok_ ? value : 0;
  }
  bool Flag() { return Bits(1) != 0; }

  // ue(v) that must be at most `max`, which is below 2^32 - 1.
  uint32_t Unsigned(uint32_t max) {
    const uint32_t value = ExpGolomb();
    if (value > max) ok_ = false;
    return ok_ ? value : 0;
  }
  // se(v) of any 32-bit value.
  int32_t Signed() {
    const uint32_t code = ExpGolomb();
    const auto magnitude = static_cast<int32_t>(code / 2 + code % 2);
    return code % 2 == 1 ? magnitude : -magnitude;
  }

 private:
  uint32_t ExpGolomb() {
    int zeros = 0;
    while (ok_ && Bit() == 0) {
      // 32 zeros would be a value that no syntax element may have.
      if (++zeros > 31) ok_ = false;
    }
    if (!ok_) return 0;
    const uint32_t suffix = Bits(zeros);
    return ok_ ? (uint32_t{1} << zeros) - 1 + suffix : 0;
  }

  uint32_t Bit() {
    if (bit_ == 0 && !NextByte()) return 0;
    --bit_;
    return current_ >> bit_ & 1;
  }

  bool NextByte() {
    if (!ok_) return false;
    if (zeros_ >= 2 && position_ < bytes_.size() && bytes_[position_] == 3) {
      ++position_;
      zeros_ = 0;
    }
    if (position_ >= bytes_.size()) return ok_ = false;
    current_ = bytes_[position_++];
    zeros_ = current_ == 0 ? zeros_ + 1 : 0;
    bit_ = 8;
    return true;
  }

  ByteView bytes_;
  size_t position_ = 0;
  int zeros_ = 0;  // how many zero bytes came just before
  uint8_t current_ = 0;
  int bit_ = 0;  // how many bits of current_ are left
  bool ok_ = true;
};

// The profiles whose SPS says more of the sample format, §7.3.2.1.1.
bool HasChromaFormat(int profile_idc) {
  constexpr std::array kProfiles{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  for (int profile : kProfiles) {
    if (profile == profile_idc) return true;
  }
  return false;
}

// Reads over scaling lists, §7.3.2.1.1.1.
void SkipScalingLists(RbspReader& reader, int chroma_format_idc) {
  const int lists = chroma_format_idc == 3 ? 12 : 8;
  for (int list = 0; list < lists && reader.ok(); ++list) {
    if (!reader.Flag()) continue;
    const int size = list < 6 ? 16 : 64;
    int next = 8;
    for (int i = 0; i < size && next != 0 && reader.ok(); ++i) {
      // The standard bounds the delta at ±128; modulo 256 any other is harmless.
      next = static_cast<int>(
          (static_cast<uint32_t>(next) + static_cast<uint32_t>(reader.Signed())) % 256);
    }
  }
}

void ReadSampleFormat(RbspReader& reader, H264Sps& sps) {
  if (!HasChromaFormat(sps.profile_idc)) return;
  sps.chroma_format_idc = static_cast<int>(reader.Unsigned(3));
  if (sps.chroma_format_idc == 3) reader.Flag();  // separate_colour_plane_flag
  sps.luma_bit_depth = 8 + static_cast<int>(reader.Unsigned(6));
  sps.chroma_bit_depth = 8 + static_cast<int>(reader.Unsigned(6));
  reader.Flag();  // qpprime_y_zero_transform_bypass_flag
  if (reader.Flag()) SkipScalingLists(reader, sps.chroma_format_idc);
}

// Gives pic_order_cnt_type.
uint32_t SkipPictureOrderCount(RbspReader& reader) {
  const uint32_t type = reader.Unsigned(2);
  if (type == 0) {
    reader.Unsigned(12);  // log2_max_pic_order_cnt_lsb_minus4
  } else if (type == 1) {
    reader.Flag();    // delta_pic_order_always_zero_flag
    reader.Signed();  // offset_for_non_ref_pic
    reader.Signed();  // offset_for_top_to_bottom_field
    const uint32_t cycle = reader.Unsigned(255);
    for (uint32_t i = 0; i < cycle && reader.ok(); ++i) reader.Signed();
  }
  return type;
}

// frame_crop_*_offset counts chroma samples, and pairs of lines where fields are allowed.
// §7.4.2.1.1
bool ReadCropping(RbspReader& reader, bool frames_only, H264Sps& sps) {
  sps.visible_rect = {0, 0, sps.coded_size.width, sps.coded_size.height};
  if (!reader.Flag()) return true;
  const int unit_x = sps.chroma_format_idc == 1 || sps.chroma_format_idc == 2 ? 2 : 1;
  const int unit_y = (sps.chroma_format_idc == 1 ? 2 : 1) * (frames_only ? 1 : 2);
  constexpr uint32_t kMaxOffset = kMaxH264SideInMacroblocks * 16;
  const int left = unit_x * static_cast<int>(reader.Unsigned(kMaxOffset));
  const int right = unit_x * static_cast<int>(reader.Unsigned(kMaxOffset));
  const int top = unit_y * static_cast<int>(reader.Unsigned(kMaxOffset));
  const int bottom = unit_y * static_cast<int>(reader.Unsigned(kMaxOffset));
  sps.visible_rect = {left, top, sps.coded_size.width - left - right,
                      sps.coded_size.height - top - bottom};
  return !sps.visible_rect.empty();
}

// hrd_parameters(), §E.1.2.
void SkipHrd(RbspReader& reader) {
  const uint32_t count = 1 + reader.Unsigned(31);
  reader.Bits(8);  // bit_rate_scale, cpb_size_scale
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    reader.Unsigned(UINT32_MAX - 2);  // bit_rate_value_minus1
    reader.Unsigned(UINT32_MAX - 2);  // cpb_size_value_minus1
    reader.Flag();                    // cbr_flag
  }
  reader.Bits(20);  // lengths of four delays and offsets
}

// vui_parameters(), §E.1.1.
void ReadVui(RbspReader& reader, H264Sps& sps) {
  constexpr uint32_t kExtendedSar = 255;
  if (reader.Flag() && reader.Bits(8) == kExtendedSar) reader.Bits(32);
  if (reader.Flag()) reader.Flag();  // overscan
  if (reader.Flag()) {               // video_signal_type_present_flag
    reader.Bits(3);                  // video_format
    const bool full_range = reader.Flag();
    sps.full_range = full_range && reader.ok();
    if (reader.Flag()) reader.Bits(24);  // colour description
  }
  if (reader.Flag()) {  // chroma_loc_info_present_flag
    reader.Unsigned(5);
    reader.Unsigned(5);
  }
  if (reader.Flag()) {  // timing_info_present_flag
    reader.Bits(32);
    reader.Bits(32);
    reader.Flag();
  }
  const bool nal_hrd = reader.Flag();
  if (nal_hrd) SkipHrd(reader);
  const bool vcl_hrd = reader.Flag();
  if (vcl_hrd) SkipHrd(reader);
  if (nal_hrd || vcl_hrd) reader.Flag();  // low_delay_hrd_flag
  reader.Flag();                          // pic_struct_present_flag
  if (!reader.Flag()) return;             // bitstream_restriction_flag
  reader.Flag();                          // motion_vectors_over_pic_boundaries_flag
  for (int i = 0; i < 4; ++i) reader.Unsigned(16);
  const auto reordered = static_cast<int>(reader.Unsigned(16));  // max_num_reorder_frames
  if (reader.ok()) sps.reordered_frames = reordered;
}

// The profiles of intra pictures alone where constraint_set3_flag says so, §E.2.1.
bool IsIntraOnly(const H264Sps& sps) {
  constexpr std::array kProfiles{44, 86, 100, 110, 122, 244};
  return (sps.constraint_flags & 0x10) != 0 &&
         std::find(kProfiles.begin(), kProfiles.end(), sps.profile_idc) != kProfiles.end();
}

}  // namespace

H264NalReader::H264NalReader(ByteView access_unit)
    : bytes_(access_unit), position_(FindStartCode(access_unit, 0)) {}

std::optional<H264Nal> H264NalReader::Next() {
  while (position_ < bytes_.size()) {
    const size_t begin = position_ + 3;
    position_ = FindStartCode(bytes_, begin);
    // Zeros before a start code belong to it, or trail; a unit never ends in one (§7.4.1).
    size_t end = position_;
    while (end > begin && bytes_[end - 1] == 0) --end;
    if (end > begin) return H264Nal{bytes_.subspan(begin, end - begin)};
  }
  return std::nullopt;
}

namespace {

bool HasNalOfType(ByteView access_unit, H264NalType type) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->type() == type) return true;
  }
  return false;
}

}  // namespace

bool H264IsIdr(ByteView access_unit) { return HasNalOfType(access_unit, H264NalType::kIdrSlice); }

bool H264HasSps(ByteView access_unit) { return HasNalOfType(access_unit, H264NalType::kSps); }

FrameKind H264FrameKind(ByteView access_unit) {
  return H264HasSps(access_unit) && H264IsIdr(access_unit) ? FrameKind::kKey : FrameKind::kDelta;
}

Result<H264Sps> ParseH264Sps(ByteView nal) {
  if (nal.size() < 5 || H264Nal{nal}.type() != H264NalType::kSps) {
    return Fail(ErrorCode::kMalformed, "H.264: not an SPS");
  }
  H264Sps sps;
  sps.profile_idc = nal[1];
  sps.constraint_flags = nal[2];
  sps.level_idc = nal[3];
  RbspReader reader(nal.subspan(4));
  sps.id = static_cast<int>(reader.Unsigned(31));
  ReadSampleFormat(reader, sps);
  reader.Unsigned(12);  // log2_max_frame_num_minus4
  const uint32_t order_type = SkipPictureOrderCount(reader);
  sps.max_reference_frames = static_cast<int>(reader.Unsigned(16));
  reader.Flag();  // gaps_in_frame_num_value_allowed_flag
  const int width = 1 + static_cast<int>(reader.Unsigned(kMaxH264SideInMacroblocks - 1));
  const int map_units = 1 + static_cast<int>(reader.Unsigned(kMaxH264SideInMacroblocks - 1));
  const bool frames_only = reader.Flag();
  if (!frames_only) reader.Flag();  // mb_adaptive_frame_field_flag
  reader.Flag();                    // direct_8x8_inference_flag
  const int height = map_units * (frames_only ? 1 : 2);
  if (height > kMaxH264SideInMacroblocks) return Fail(ErrorCode::kMalformed, "H.264: too tall");
  sps.coded_size = {width * 16, height * 16};
  const bool visible = ReadCropping(reader, frames_only, sps);
  const bool has_vui = reader.Flag();  // the last bit that is always there
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "H.264: bad SPS");
  if (!visible) return Fail(ErrorCode::kMalformed, "H.264: cropped to nothing");
  if (has_vui) ReadVui(reader, sps);
  // The baseline has no B-frames; type 2 is the order of decoding (§8.2.1.3).
  if (sps.profile_idc == 66 || order_type == 2 || IsIntraOnly(sps)) sps.reordered_frames = 0;
  return sps;
}

}  // namespace continuo
