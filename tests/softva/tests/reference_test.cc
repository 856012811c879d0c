// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "softva/tests/test_decoder.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_encoder.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 160, kHeight = 96;

// A short stream, and surfaces to decode it into.
class ReferenceTest : public testing::Test {
 protected:
  ReferenceTest() {
    TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP);
    const VASurfaceID input = display_.CreateSurface(kWidth, kHeight);
    for (int i = 0; i < 4; ++i) {
      Upload(display_, input, MakeTestPicture(kWidth, kHeight, i));
      coded_.push_back(encoder.Encode(input, {.idr = i == 0}));
      targets_.push_back(display_.CreateSurface(kWidth, kHeight));
    }
  }
  std::string Violations() { return ViolationsOf(display_.Terminate()); }

  TestDisplay display_;
  std::vector<std::vector<uint8_t>> coded_;
  std::vector<VASurfaceID> targets_;
  TestDecoder decoder_{display_, kWidth, kHeight};
};

TEST_F(ReferenceTest, TakesTheRightOnes) {
  for (int i = 0; i < 4; ++i) EXPECT_VA_OK(decoder_.Decode(coded_[i], targets_[i]));
  EXPECT_EQ(Violations(), "");
}

TEST_F(ReferenceTest, NotesASurfaceThatWasNeverDecodedInto) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  VAPictureH264 wrong = decoder_.last();
  wrong.picture_id = targets_[3];
  EXPECT_VA_OK(decoder_.Decode(coded_[1], targets_[1], wrong));
  EXPECT_THAT(Violations(), HasSubstr("a reference that wasn't decoded here"));
}

TEST_F(ReferenceTest, NotesASurfaceThatTheProgramWroteOver) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  Upload(display_, targets_[0], MakeTestPicture(kWidth, kHeight, 30));
  EXPECT_VA_OK(decoder_.Decode(coded_[1], targets_[1]));
  EXPECT_THAT(Violations(), HasSubstr("or is overwritten"));
}

TEST_F(ReferenceTest, NotesASurfaceThatWasReusedTooEarly) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  const VAPictureH264 first = decoder_.last();
  ASSERT_VA_OK(decoder_.Decode(coded_[1], targets_[1]));
  ASSERT_VA_OK(decoder_.Decode(coded_[2], targets_[0]));  // the first picture's surface
  EXPECT_VA_OK(decoder_.Decode(coded_[3], targets_[3], first));
  EXPECT_THAT(Violations(), HasSubstr("a reference that holds another picture by now"));
}

TEST_F(ReferenceTest, NotesAPictureThatIsDecodedOverItsReference) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  EXPECT_VA_OK(decoder_.Decode(coded_[1], targets_[0]));
  EXPECT_THAT(Violations(), HasSubstr("decodes over a reference of its own"));
}

TEST_F(ReferenceTest, RefusesASurfaceThatIsGone) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  VASurfaceID gone = targets_[0];
  ASSERT_VA_OK(vaDestroySurfaces(display_, &gone, 1));
  EXPECT_EQ(decoder_.Decode(coded_[1], targets_[1]), VA_STATUS_ERROR_INVALID_SURFACE);
}

TEST_F(ReferenceTest, BlamesNobodyWherePicturesWereLost) {
  ASSERT_VA_OK(decoder_.Decode(coded_[0], targets_[0]));
  VAPictureH264 missing = decoder_.last();
  missing.picture_id = targets_[2];
  decoder_.Decode(coded_[3], targets_[3], missing);  // coded_[1] and [2] never came
  EXPECT_EQ(Violations(), "");
}

}  // namespace
}  // namespace softva
