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

TEST_F(MixerTotalsTest, HearsThatADeviceHangs) {
  for (const bool hangs : {false, true}) {
    link::MixerReport report;
    ASSERT_TRUE(report.ParseFromString(ReportOf(0, 0)));
    report.mutable_engine()->set_device_hangs(hangs);
    MixerTotals::Baseline mixer;
    const std::string bytes = report.SerializeAsString();
    const auto growth = totals_.Add(Bytes(bytes), mixer);
    ASSERT_TRUE(growth);
    EXPECT_EQ(growth->device_hangs, hangs);
  }
}

TEST_F(MixerTotalsTest, GarbageIsCountedAndNothingElse) {
  MixerTotals::Baseline mixer;
  totals_.Add(Bytes("\xff\xff\xff\xff"), mixer);
  totals_.Add(Bytes(""), mixer);
  EXPECT_EQ(totals_.bad_records.value(), 2u);
  EXPECT_TRUE(mixer.empty());
}

// A report of an engine on VA-API that has composed `pictures` so far.
std::string EngineReport(uint64_t pictures, uint64_t busy_us, std::string failure = {}) {
  link::MixerReport report;
  EXPECT_TRUE(report.ParseFromString(ReportOf(0, 0)));
  auto& engine = *report.mutable_engine();
  for (int i = 0; i < kBackendCount; ++i) engine.add_backends();
  auto& compose = *engine.mutable_backends(static_cast<int>(Backend::kVaapi))->mutable_compose();
  compose.set_pictures(pictures);
  compose.mutable_duration()->set_sum_us(busy_us);
  engine.set_device("/dev/dri/renderD128");
  engine.set_failure(std::move(failure));
  engine.set_downloads(pictures / 10);
  return report.SerializeAsString();
}

TEST_F(MixerTotalsTest, SaysWhichEngineMadeThePictures) {
  MixerTotals::Baseline mixer;
  totals_.Add(Bytes(EngineReport(100, 1'000'000)), mixer);
  const auto growth = totals_.Add(Bytes(EngineReport(125, 1'250'000)), mixer);
  ASSERT_TRUE(growth);
  EXPECT_EQ(growth->Of(Stage::kCompose, Backend::kVaapi).pictures, 25u);
  EXPECT_EQ(growth->Of(Stage::kCompose, Backend::kVaapi).busy, TimeDelta::Millis(250));
  EXPECT_EQ(growth->Of(Stage::kCompose, Backend::kCpu).pictures, 0u);
  EXPECT_TRUE(growth->has_device);
  EXPECT_EQ(growth->failure, "");
  EXPECT_EQ(growth->downloads, 2u);
  const std::string scrape = Scrape();
  EXPECT_THAT(
      scrape,
      HasSubstr("continuo_engine_pictures_total{backend=\"vaapi\",stage=\"compose\"} 125\n"));
  EXPECT_THAT(scrape, HasSubstr("continuo_engine_stage_seconds_sum{backend=\"vaapi\",stage="
                                "\"compose\"} 1.25\n"));
}

TEST_F(MixerTotalsTest, WhyADeviceWasGivenUpIsFitToPrint) {
  MixerTotals::Baseline mixer;
  const auto growth =
      totals_.Add(Bytes(EngineReport(1, 1, std::string(5000, 'x').insert(0, "\x1b[2J"))), mixer);
  ASSERT_TRUE(growth);
  EXPECT_TRUE(growth->failure.starts_with("?[2Jxxx"));
  EXPECT_LE(growth->failure.size(), 310u);
}

TEST_F(MixerTotalsTest, AMixerThatBoastsSpoilsNothing) {
  MixerTotals::Baseline mixer;
  const auto growth = totals_.Add(Bytes(EngineReport(UINT64_MAX, UINT64_MAX)), mixer);
  ASSERT_TRUE(growth);
  EXPECT_LE(growth->Of(Stage::kCompose, Backend::kVaapi).pictures, 1'000'000'000u);
  EXPECT_GT(growth->Of(Stage::kCompose, Backend::kVaapi).busy, TimeDelta());
  const auto next = totals_.Add(Bytes(EngineReport(5, 5)), mixer);
  EXPECT_EQ(next->Of(Stage::kCompose, Backend::kVaapi).pictures, 0u);
}

TEST_F(MixerTotalsTest, AnEngineThatSaysLessOrMoreThanItShouldIsRead) {
  MixerTotals::Baseline mixer;
  link::MixerReport report;
  ASSERT_TRUE(report.ParseFromString(ReportOf(1, 1)));
  EXPECT_TRUE(totals_.Add(Bytes(report.SerializeAsString()), mixer));
  for (int i = 0; i < 50; ++i) report.mutable_engine()->add_backends();
  const auto growth = totals_.Add(Bytes(report.SerializeAsString()), mixer);
  ASSERT_TRUE(growth);
  EXPECT_FALSE(growth->has_device);
}

}  // namespace
}  // namespace continuo
