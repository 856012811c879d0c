// SPDX-License-Identifier: Apache-2.0
#include "server/mixer_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcu/link/link.pb.h"

namespace continuo {
namespace {

using ::testing::HasSubstr;

std::string ReportOf(uint64_t h264_hd_encodes, uint64_t decodes) {
  link::MixerReport report;
  for (int i = 0; i < kVideoRenditionCount; ++i) report.add_renditions();
  report.mutable_renditions(VideoRendition{VideoCodec::kH264, Rung::kHd}.index())
      ->set_encodes(h264_hd_encodes);
  for (int i = 0; i < kRungCount; ++i) report.add_shared_audio_encodes(0);
  report.set_decodes(decodes);
  return report.SerializeAsString();
}

ByteView Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class MixerTotalsTest : public ::testing::Test {
 protected:
  MixerTotalsTest() { totals_.Register(registry_); }
  void Report(MixerTotals::Baseline& mixer, uint64_t encodes, uint64_t decodes) {
    const std::string report = ReportOf(encodes, decodes);
    totals_.Add(Bytes(report), mixer);
  }
  std::string Scrape() { return registry_.Serialize(); }

  MixerTotals totals_;
  MetricRegistry registry_;
};

TEST_F(MixerTotalsTest, AddsWhatEachMixerGrewBy) {
  MixerTotals::Baseline first;
  MixerTotals::Baseline second;
  Report(first, 10, 100);
  Report(first, 25, 100);
  Report(second, 5, 7);
  EXPECT_THAT(Scrape(),
              HasSubstr("continuo_video_encodes_total{codec=\"h264\",rendition=\"hd\"} 30\n"));
  EXPECT_THAT(Scrape(), HasSubstr("continuo_video_decodes_total 107\n"));
}

TEST_F(MixerTotalsTest, AMixerThatCountsBackwardsChangesNothing) {
  MixerTotals::Baseline mixer;
  Report(mixer, 10, 100);
  Report(mixer, 3, 100);
  EXPECT_THAT(Scrape(),
              HasSubstr("continuo_video_encodes_total{codec=\"h264\",rendition=\"hd\"} 10\n"));
}

TEST_F(MixerTotalsTest, GarbageIsCountedAndNothingElse) {
  MixerTotals::Baseline mixer;
  totals_.Add(Bytes("\xff\xff\xff\xff"), mixer);
  totals_.Add(Bytes(""), mixer);
  EXPECT_EQ(totals_.bad_records.value(), 2u);
  EXPECT_TRUE(mixer.empty());
}

}  // namespace
}  // namespace continuo
