// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/counter.h"

namespace continuo {

// Bounded sets only: codec, rendition, direction, reason. Never a participant or an address: one
// label per person kills a monitoring server. A room only in a set whose series go with it.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

struct LabelledValue {
  MetricLabels labels;
  double value = 0;
};

// Knows every metric of this process by name and writes them in Prometheus' text format. Does not
// own them: a component owns its counters and they must outlive the registry. Filled while the
// process starts, read at each scrape, from any thread; a scrape holds a lock that Add… also takes,
// never one that a counter takes. A name that breaks the conventions is a bug of ours and aborts:
// `continuo_` first, base units (`_seconds`, `_bytes`, `_ratio`), `_total` on counters and on
// nothing else. The same name may be added several times with different labels, same help.
class MetricRegistry {
 public:
  MetricRegistry() = default;
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  void AddCounter(std::string_view name, std::string_view help, MetricLabels labels,
                  const Counter& counter);
  void AddGauge(std::string_view name, std::string_view help, MetricLabels labels,
                const Gauge& gauge);
  // Written in seconds, so its name ends in `_seconds`.
  void AddHistogram(std::string_view name, std::string_view help, MetricLabels labels,
                    const DurationHistogram& histogram);
  // A gauge, or a counter, that is computed at each scrape, on the thread that scrapes.
  void AddGaugeCallback(std::string_view name, std::string_view help, MetricLabels labels,
                        std::function<double()> value);
  void AddCounterCallback(std::string_view name, std::string_view help, MetricLabels labels,
                          std::function<double()> value);
  // Gauges of what comes and goes, such as live rooms: all series that there are at a scrape, on
  // the thread that scrapes. No two of them have the same labels.
  void AddGaugeSet(std::string_view name, std::string_view help,
                   std::function<std::vector<LabelledValue>()> values);

  // Prometheus text exposition format 0.0.4, families in order of name.
  std::string Serialize() const;

 private:
  enum class Kind { kCounter, kGauge, kHistogram };
  struct Series {
    MetricLabels labels;
    std::function<double()> value;                 // of counters and gauges
    const DurationHistogram* histogram = nullptr;  // of histograms
  };
  struct Family {
    Kind kind;
    std::string help;
    std::vector<Series> series;
    std::function<std::vector<LabelledValue>()> set;  // instead of `series`
  };
  static void CheckName(Kind kind, std::string_view name, std::string_view help);
  void Add(Kind kind, std::string_view name, std::string_view help, Series series);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace continuo
