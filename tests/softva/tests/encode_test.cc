// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "softva/tests/test_decoder.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_encoder.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 320, kHeight = 192;

// Whether a coded picture has an IDR slice.
bool HasIdr(const std::vector<uint8_t>& coded) {
  for (size_t i = 0; i + 3 < coded.size(); ++i) {
    const bool start = coded[i] == 0 && coded[i + 1] == 0 && coded[i + 2] == 1;
    if (start && (coded[i + 3] & 31) == 5) return true;
  }
  return false;
}

class EncodeTest : public testing::Test {
 protected:
  VASurfaceID Show(int number) {
    Upload(display_, input_, MakeTestPicture(kWidth, kHeight, number));
    return input_;
  }

  TestDisplay display_;
  VASurfaceID input_ = display_.CreateSurface(kWidth, kHeight);
};

TEST_F(EncodeTest, DecodesToWhatItReconstructed) {
  for (const VAEntrypoint entrypoint : {VAEntrypointEncSlice, VAEntrypointEncSliceLP}) {
    TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP, entrypoint);
    TestDecoder decoder(display_, kWidth, kHeight);
    const VASurfaceID targets[] = {display_.CreateSurface(kWidth, kHeight),
                                   display_.CreateSurface(kWidth, kHeight)};
    for (int i = 0; i < 8; ++i) {
      const auto coded = encoder.Encode(Show(i), {.idr = i == 0});
      ASSERT_FALSE(coded.empty());
      ASSERT_VA_OK(decoder.Decode(coded, targets[i % 2]));
      const TestPicture decoded = Download(display_, targets[i % 2], kWidth, kHeight);
      EXPECT_EQ(decoded, Download(display_, encoder.reconstructed(), kWidth, kHeight)) << i;
      EXPECT_GT(Psnr(decoded, MakeTestPicture(kWidth, kHeight, i)), 35);
    }
  }
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_F(EncodeTest, MakesAnIdrPictureWhenToldTo) {
  TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP);
  for (int i = 0; i < 9; ++i) {
    const bool idr = i % 4 == 0;
    EXPECT_EQ(HasIdr(encoder.Encode(Show(i), {.idr = idr})), idr) << i;
  }
}

TEST_F(EncodeTest, FollowsARateThatChangesWhileRunning) {
  TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CBR);
  const auto kilobits = [&](uint32_t rate, bool first) {
    size_t bytes = 0;
    for (int i = 0; i < 60; ++i) {
      const TestRequest request = {.idr = first && i == 0, .bits_per_second = i == 0 ? rate : 0};
      const size_t size = encoder.Encode(Show(i), request).size();
      if (i >= 30) bytes += size;
    }
    return bytes * 8 / 1000;  // in 30 pictures, which is a second
  };
  EXPECT_NEAR(static_cast<double>(kilobits(300'000, true)), 300, 60);
  EXPECT_NEAR(static_cast<double>(kilobits(900'000, false)), 900, 180);
  EXPECT_NEAR(static_cast<double>(kilobits(150'000, false)), 150, 45);
}

TEST_F(EncodeTest, SpendsMoreOnARegionOfInterest) {
  const TestPicture shown = MakeTestPicture(kWidth, kHeight, 5);
  Upload(display_, input_, shown);
  for (const uint32_t rate_control : {VA_RC_CQP, VA_RC_CBR}) {
    // Squared error of the left and the right half, with the left half's QP lower by so much.
    const auto errors = [&](int8_t delta) {
      TestEncoder encoder(display_, kWidth, kHeight, rate_control);
      const VAEncROI left = {.roi_rectangle = {0, 0, kWidth / 2, kHeight}, .roi_value = delta};
      encoder.Encode(input_,
                     {.idr = true, .qp = 38, .bits_per_second = 1'000'000, .regions = {left}});
      const TestPicture coded = Download(display_, encoder.reconstructed(), kWidth, kHeight);
      std::array<double, 2> sums = {};
      for (int i = 0; i < kWidth * kHeight; ++i) {
        const double difference = shown.luma[i] - coded.luma[i];
        sums[i % kWidth < kWidth / 2 ? 0 : 1] += difference * difference;
      }
      return sums;
    };
    const auto even = errors(0), preferred = errors(-12);
    EXPECT_LT(preferred[0] / preferred[1], 0.5 * even[0] / even[1]) << rate_control;
  }
}

TEST_F(EncodeTest, RefreshesByColumnsWithoutKeyFrames) {
  const auto steady = [&](int columns) {  // bytes of P pictures of a picture that stands still
    TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP);
    Show(1);
    encoder.Encode(input_, {.idr = true, .refreshed_columns = columns});
    size_t bytes = 0;
    for (int i = 0; i < 20; ++i) {
      const auto coded = encoder.Encode(input_, {.refreshed_columns = columns});
      EXPECT_FALSE(HasIdr(coded));
      bytes += coded.size();
    }
    return bytes;
  };
  EXPECT_GT(steady(2), 4 * steady(0));
}

TEST_F(EncodeTest, NotesAReferenceThatIsNot) {
  TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP);
  encoder.Encode(Show(0), {.idr = true});
  Upload(display_, encoder.reconstructed(), MakeTestPicture(kWidth, kHeight, 50));
  encoder.Encode(Show(1));
  EXPECT_THAT(ViolationsOf(display_.Terminate()),
              HasSubstr("the reference isn't the picture encoded last"));
}

}  // namespace
}  // namespace softva
