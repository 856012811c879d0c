// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_global_motion.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>
#include <vector>

namespace softva {
namespace {

// The reading side as AV1 §5.9.24 to §5.9.28 has it. No encoder at hand writes every type.
class MotionReader {
 public:
  explicit MotionReader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  // read_global_param() for all of one reference.
  std::array<int32_t, 6> Read(const std::array<int32_t, 6>& previous, bool high_precision) {
    std::array<int32_t, 6> motion = {0, 0, 1 << 16, 0, 0, 1 << 16};
    const int type = !Bit() ? 0 : Bit() ? 2 : Bit() ? 1 : 3;
    if (type >= 2) {
      motion[2] = Parameter(type, 2, previous, high_precision);
      motion[3] = Parameter(type, 3, previous, high_precision);
      motion[4] = type == 3 ? Parameter(type, 4, previous, high_precision) : -motion[3];
      motion[5] = type == 3 ? Parameter(type, 5, previous, high_precision) : motion[2];
    }
    if (type >= 1) {
      motion[0] = Parameter(type, 0, previous, high_precision);
      motion[1] = Parameter(type, 1, previous, high_precision);
    }
    return motion;
  }

 private:
  int Parameter(int type, int index, const std::array<int32_t, 6>& previous, bool high_precision) {
    int abs_bits = 12, precision_bits = 15;
    if (index < 2) {
      abs_bits = type == 1 ? 9 - !high_precision : 12;
      precision_bits = type == 1 ? 3 - !high_precision : 6;
    }
    const int difference = 16 - precision_bits;
    const int round = index % 3 == 2 ? 1 << 16 : 0;
    const int sub = index % 3 == 2 ? 1 << precision_bits : 0;
    const int limit = 1 << abs_bits;
    const int reference = (previous[index] >> difference) - sub;
    return SignedNear(-limit, limit + 1, reference) * (1 << difference) + round;
  }

  int SignedNear(int low, int high, int reference) {
    return UnsignedNear(high - low, reference - low) + low;
  }
  int UnsignedNear(int limit, int reference) {
    const int value = Subexp(limit);
    if (2 * reference <= limit) return InverseRecenter(reference, value);
    return limit - 1 - InverseRecenter(limit - 1 - reference, value);
  }
  int Subexp(int symbols) {
    for (int i = 0, start = 0;; ++i) {
      const int bits = i != 0 ? 3 + i - 1 : 3;
      if (symbols <= start + 3 * (1 << bits)) return NonSymmetric(symbols - start) + start;
      if (!Bit()) return Bits(bits) + start;
      start += 1 << bits;
    }
  }
  static int InverseRecenter(int reference, int value) {
    if (value > 2 * reference) return value;
    return (value & 1) != 0 ? reference - ((value + 1) >> 1) : reference + (value >> 1);
  }
  int NonSymmetric(int n) {
    const int width = std::bit_width(static_cast<uint32_t>(n));
    const int short_codes = (1 << width) - n;
    const int value = Bits(width - 1);
    return value < short_codes ? value : (value << 1) - short_codes + Bits(1);
  }
  bool Bit() { return Bits(1) != 0; }
  int Bits(int count) {
    int value = 0;
    for (; count > 0; --count, ++at_) {
      value = value << 1 | (bytes_.at(at_ / 8) >> (7 - at_ % 8) & 1);
    }
    return value;
  }

  const std::vector<uint8_t>& bytes_;
  size_t at_ = 0;
};

// Any motion that a frame can have, of all types.
VADecPictureParameterBufferAV1 MakeMotion(std::minstd_rand& random, bool high_precision) {
  VADecPictureParameterBufferAV1 picture{};
  picture.pic_info_fields.bits.frame_type = 1;
  picture.pic_info_fields.bits.allow_high_precision_mv = high_precision;
  for (auto& motion : picture.wm) {
    motion.wmtype = static_cast<VAAV1TransformationType>(random() % 4);
    const bool translation = motion.wmtype == VAAV1TransformationTranslation;
    const int limit = !translation ? 1 << 12 : high_precision ? 1 << 9 : 1 << 8;
    const int shift = !translation ? 10 : high_precision ? 13 : 14;
    const auto any = [&random](int most) {
      return static_cast<int>(random() % (2 * static_cast<uint32_t>(most) + 1)) - most;
    };
    for (int i = 0; i < 2; ++i) motion.wmmat[i] = any(limit) * (1 << shift);
    for (int i = 2; i < 6; ++i) motion.wmmat[i] = any(1 << 12) * 2 + (i % 3 == 2 ? 1 << 16 : 0);
  }
  return picture;
}

TEST(Av1GlobalMotionTest, ReadsBackWhatItWrote) {
  std::minstd_rand random(7);
  Av1GlobalMotion base = Av1IdentityMotion();
  for (int frame = 0; frame < 500; ++frame) {
    const bool high_precision = frame % 3 != 0;
    const auto picture = MakeMotion(random, high_precision);
    ASSERT_TRUE(Av1MotionIsCodable(picture));
    Av1BitWriter out;
    WriteAv1GlobalMotion(picture, base, out);
    MotionReader reader(out.bytes());
    const Av1GlobalMotion expected = Av1FrameMotion(picture);
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(reader.Read(base[i], high_precision), expected[i]) << frame << ' ' << i;
    }
    base = expected;
  }
}

TEST(Av1GlobalMotionTest, RefusesWhatHasNoCode) {
  VADecPictureParameterBufferAV1 picture{};
  EXPECT_TRUE(Av1MotionIsCodable(picture));
  picture.wm[6].wmtype = VAAV1TransformationRotzoom;
  picture.wm[6].wmmat[2] = 1 << 16;
  EXPECT_TRUE(Av1MotionIsCodable(picture));
  picture.wm[6].wmmat[3] = 1;  // codes are even
  EXPECT_FALSE(Av1MotionIsCodable(picture));
  picture.wm[6].wmmat[3] = (1 << 13) + 2;
  EXPECT_FALSE(Av1MotionIsCodable(picture));
  picture.wm[6].wmmat[3] = 1 << 13;
  EXPECT_TRUE(Av1MotionIsCodable(picture));
  const unsigned int nonsense = 99;
  std::memcpy(&picture.wm[6].wmtype, &nonsense, sizeof nonsense);
  EXPECT_FALSE(Av1MotionIsCodable(picture));
}

TEST(Av1GlobalMotionTest, IntraFramesStandStill) {
  std::minstd_rand random(8);
  auto picture = MakeMotion(random, true);
  picture.pic_info_fields.bits.frame_type = 0;
  EXPECT_EQ(Av1FrameMotion(picture), Av1IdentityMotion());
}

}  // namespace
}  // namespace softva
