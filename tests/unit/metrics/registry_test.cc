// SPDX-License-Identifier: Apache-2.0
#include "metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using ::testing::HasSubstr;

TEST(MetricRegistry, WritesACounterWithItsHelpAndType) {
  MetricRegistry registry;
  Counter lost;
  registry.AddCounter("continuo_rtp_lost_packets_total", "Packets that never came.",
                      {{"kind", "video"}}, lost);
  lost.Add(3);
  EXPECT_EQ(registry.Serialize(),
            "# HELP continuo_rtp_lost_packets_total Packets that never came.\n"
            "# TYPE continuo_rtp_lost_packets_total counter\n"
            "continuo_rtp_lost_packets_total{kind=\"video\"} 3\n");
}

TEST(MetricRegistry, AScrapeShowsTheValuesOfItsMoment) {
  MetricRegistry registry;
  Gauge rooms;
  registry.AddGauge("continuo_rooms", "Rooms that exist.", {}, rooms);
  rooms.Set(2);
  EXPECT_THAT(registry.Serialize(), HasSubstr("continuo_rooms 2\n"));
  rooms.Add(-1);
  EXPECT_THAT(registry.Serialize(), HasSubstr("continuo_rooms 1\n"));
}

TEST(MetricRegistry, HistogramsAreInSecondsAndCumulative) {
  MetricRegistry registry;
  DurationHistogram compose;
  registry.AddHistogram("continuo_compose_seconds", "Time to draw one picture.", {}, compose);
  compose.Observe(TimeDelta::Millis(1));  // on a bound: in its bucket
  compose.Observe(TimeDelta::Millis(15));
  compose.Observe(TimeDelta::Millis(900));  // beyond the last bound
  const std::string text = registry.Serialize();
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_bucket{le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_bucket{le=\"0.012\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_bucket{le=\"0.016\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_bucket{le=\"0.2\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr("continuo_compose_seconds_sum 0.916\n"));
}

TEST(MetricRegistry, OneNameWithSeveralLabelsIsOneFamily) {
  MetricRegistry registry;
  Counter vp8, h264;
  registry.AddCounter("continuo_frames_total", "Frames.", {{"codec", "vp8"}}, vp8);
  registry.AddCounter("continuo_frames_total", "Frames.", {{"codec", "h264"}}, h264);
  vp8.Add(1);
  h264.Add(2);
  EXPECT_EQ(registry.Serialize(),
            "# HELP continuo_frames_total Frames.\n"
            "# TYPE continuo_frames_total counter\n"
            "continuo_frames_total{codec=\"vp8\"} 1\n"
            "continuo_frames_total{codec=\"h264\"} 2\n");
}

TEST(MetricRegistry, CallbacksAreAskedAtEachScrape) {
  MetricRegistry registry;
  int asked = 0;
  registry.AddGaugeCallback("continuo_load_ratio", "Share of the machine in use.", {},
                            [&] { return ++asked * 0.25; });
  EXPECT_EQ(asked, 0);
  EXPECT_THAT(registry.Serialize(), HasSubstr("continuo_load_ratio 0.25\n"));
  EXPECT_THAT(registry.Serialize(), HasSubstr("continuo_load_ratio 0.5\n"));
}

TEST(MetricRegistry, ASetHasWhateverSeriesThereAreAtAScrape) {
  MetricRegistry registry;
  std::vector<LabelledValue> rooms;
  registry.AddGaugeSet("continuo_room_device", "x", [&] { return rooms; });
  EXPECT_EQ(registry.Serialize().find("crisis"), std::string::npos);
  rooms = {{{{"room", "crisis"}, {"device", "cpu"}}, 1}, {{{"room", "ward-7"}}, 2}};
  EXPECT_THAT(registry.Serialize(),
              HasSubstr("continuo_room_device{room=\"crisis\",device=\"cpu\"} 1\n"));
  rooms.erase(rooms.begin());
  EXPECT_EQ(registry.Serialize().find("crisis"), std::string::npos);
  EXPECT_THAT(registry.Serialize(), HasSubstr("continuo_room_device{room=\"ward-7\"} 2\n"));
}

TEST(MetricRegistryDeathTest, RefusesNamesThatADashboardWouldMisread) {
  MetricRegistry registry;
  Counter counter;
  Gauge gauge;
  DurationHistogram histogram;
  EXPECT_DEATH(registry.AddCounter("rooms_total", "x", {}, counter), "continuo_");
  EXPECT_DEATH(registry.AddCounter("continuo_packets", "x", {}, counter), "_total");
  EXPECT_DEATH(registry.AddGauge("continuo_rooms_total", "x", {}, gauge), "_total");
  EXPECT_DEATH(registry.AddHistogram("continuo_compose_ms", "x", {}, histogram), "_seconds");
  EXPECT_DEATH(registry.AddGauge("continuo_level", "x", {{"room", "crisis"}}, gauge), "label");
}

TEST(MetricRegistryDeathTest, RefusesTheSameSeriesTwice) {
  MetricRegistry registry;
  Counter counter;
  registry.AddCounter("continuo_joins_total", "x", {{"a", "1"}, {"b", "2"}}, counter);
  EXPECT_DEATH(registry.AddCounter("continuo_joins_total", "x", {{"b", "2"}, {"a", "1"}}, counter),
               "labels");
}

}  // namespace
}  // namespace continuo
