// SPDX-License-Identifier: Apache-2.0
#include "metrics/registry.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

#include "base/check.h"

namespace continuo {
namespace {

bool IsLowerSnake(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// The unbounded labels that a dashboard must do without.
bool IsBoundedLabel(std::string_view label) {
  return label != "room" && label != "participant" && label != "name" && label != "address";
}

void AppendSet(const std::vector<LabelledValue>& values, prometheus::MetricFamily& out) {
  for (const auto& [labels, value] : values) {
    prometheus::ClientMetric& metric = out.metric.emplace_back();
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    metric.gauge.value = value;
  }
}

prometheus::ClientMetric::Histogram Cumulative(const DurationHistogram& histogram) {
  prometheus::ClientMetric::Histogram out;
  uint64_t count = 0;
  for (size_t i = 0; i < DurationHistogram::kBoundsMs.size(); ++i) {
    count += histogram.bucket(i);
    out.bucket.push_back({count, DurationHistogram::kBoundsMs[i] / 1000.0});
  }
  // The serializer adds the +Inf bucket from sample_count.
  out.sample_count = count + histogram.bucket(DurationHistogram::kBoundsMs.size());
  out.sample_sum = histogram.sum().seconds();
  return out;
}

}  // namespace

void MetricRegistry::CheckName(Kind kind, std::string_view name, std::string_view help) {
  CONTINUO_CHECK(name.starts_with("continuo_") && IsLowerSnake(name));
  CONTINUO_CHECK(name.ends_with("_total") == (kind == Kind::kCounter));
  CONTINUO_CHECK(kind != Kind::kHistogram || name.ends_with("_seconds"));
  CONTINUO_CHECK(!help.empty());
}

void MetricRegistry::Add(Kind kind, std::string_view name, std::string_view help, Series series) {
  CheckName(kind, name, help);
  for (const auto& [label, value] : series.labels) {
    CONTINUO_CHECK(IsLowerSnake(label) && IsBoundedLabel(label));
  }
  std::sort(series.labels.begin(), series.labels.end());

  const std::lock_guard lock(mutex_);
  auto [it, added] =
      families_.try_emplace(std::string(name), Family{kind, std::string(help), {}, {}});
  Family& family = it->second;
  CONTINUO_CHECK(family.kind == kind && family.help == help && !family.set);
  for (const Series& other : family.series) CONTINUO_CHECK(other.labels != series.labels);
  family.series.push_back(std::move(series));
}

void MetricRegistry::AddCounter(std::string_view name, std::string_view help, MetricLabels labels,
                                const Counter& counter) {
  Add(Kind::kCounter, name, help,
      {std::move(labels), [&counter] { return static_cast<double>(counter.value()); }});
}

void MetricRegistry::AddGauge(std::string_view name, std::string_view help, MetricLabels labels,
                              const Gauge& gauge) {
  Add(Kind::kGauge, name, help,
      {std::move(labels), [&gauge] { return static_cast<double>(gauge.value()); }});
}

void MetricRegistry::AddHistogram(std::string_view name, std::string_view help, MetricLabels labels,
                                  const DurationHistogram& histogram) {
  Add(Kind::kHistogram, name, help, {std::move(labels), nullptr, &histogram});
}

void MetricRegistry::AddGaugeCallback(std::string_view name, std::string_view help,
                                      MetricLabels labels, std::function<double()> value) {
  Add(Kind::kGauge, name, help, {std::move(labels), std::move(value)});
}

void MetricRegistry::AddCounterCallback(std::string_view name, std::string_view help,
                                        MetricLabels labels, std::function<double()> value) {
  Add(Kind::kCounter, name, help, {std::move(labels), std::move(value)});
}

void MetricRegistry::AddGaugeSet(std::string_view name, std::string_view help,
                                 std::function<std::vector<LabelledValue>()> values) {
  CheckName(Kind::kGauge, name, help);
  const std::lock_guard lock(mutex_);
  const Family family{Kind::kGauge, std::string(help), {}, std::move(values)};
  CONTINUO_CHECK(families_.try_emplace(std::string(name), family).second);
}

std::string MetricRegistry::Serialize() const {
  std::vector<prometheus::MetricFamily> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily& written = out.emplace_back();
    written.name = name;
    written.help = family.help;
    written.type = family.kind == Kind::kCounter ? prometheus::MetricType::Counter
                   : family.kind == Kind::kGauge ? prometheus::MetricType::Gauge
                                                 : prometheus::MetricType::Histogram;
    if (family.set) AppendSet(family.set(), written);
    for (const Series& series : family.series) {
      prometheus::ClientMetric& metric = written.metric.emplace_back();
      for (const auto& [label, value] : series.labels) metric.label.push_back({label, value});
      if (family.kind == Kind::kCounter) metric.counter.value = series.value();
      if (family.kind == Kind::kGauge) metric.gauge.value = series.value();
      if (family.kind == Kind::kHistogram) metric.histogram = Cumulative(*series.histogram);
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, out);
  return text.str();
}

}  // namespace continuo
