// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/self_test_report.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "hwaccel/choice/printable_text.h"

namespace continuo {
namespace {

namespace json = boost::json;

constexpr size_t kMaxChecks = 100;
constexpr size_t kMaxCodecs = 20;

std::string TextOf(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return {};
  const json::string& text = value->get_string();
  return PrintableText({text.data(), text.size()});
}

double NumberOf(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_number()) return 0;
  const double number = value->is_double()  ? value->get_double()
                        : value->is_int64() ? static_cast<double>(value->get_int64())
                                            : static_cast<double>(value->get_uint64());
  return std::isfinite(number) ? std::clamp(number, -1e9, 1e9) : 0;
}

const json::array& ListOf(const json::object& object, std::string_view key) {
  static const json::array kNone;
  const json::value* const value = object.if_contains({key.data(), key.size()});
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

Verdict VerdictOf(const json::object& check) {
  const std::string text = TextOf(check, "verdict");
  if (text == ToString(Verdict::kPassed)) return Verdict::kPassed;
  if (text == ToString(Verdict::kSkipped)) return Verdict::kSkipped;
  return Verdict::kFailed;  // and so is what we don't understand
}

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

json::object ToObject(const SelfTestCheck& check) {
  return {{"name", check.name},
          {"verdict", View(ToString(check.verdict))},
          {"figure", std::isfinite(check.figure) ? check.figure : 0},
          {"at_least", check.at_least},
          {"unit", check.unit},
          {"detail", check.detail}};
}

json::array ToArray(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

std::vector<std::string> TextsOf(const json::array& array) {
  std::vector<std::string> texts;
  for (const json::value& item : array) {
    if (texts.size() == kMaxCodecs || !item.is_string()) break;
    const json::string& text = item.get_string();
    texts.push_back(PrintableText({text.data(), text.size()}));
  }
  return texts;
}

SelfTestCheck CheckOf(const json::object& object) {
  return {TextOf(object, "name"),       VerdictOf(object),      NumberOf(object, "figure"),
          NumberOf(object, "at_least"), TextOf(object, "unit"), TextOf(object, "detail")};
}

}  // namespace

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kFailed:
      return "failed";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "unknown";
}

std::string ReasonOf(const SelfTestReport& report) {
  if (report.passed) return {};
  if (!report.error.empty()) return report.error;
  const auto failed = std::ranges::find(report.checks, Verdict::kFailed, &SelfTestCheck::verdict);
  if (failed == report.checks.end()) return "the self-test did not pass";
  return failed->name + ": " + failed->detail;
}

std::string ToJson(const SelfTestReport& report) {
  json::array checks;
  for (const SelfTestCheck& check : report.checks) checks.push_back(ToObject(check));
  const json::object limits{{"decodes", ToArray(report.decodes)},
                            {"encodes", ToArray(report.encodes)},
                            {"canvas", report.canvas},
                            {"layers_per_pass", report.layers_per_pass},
                            {"blend", report.blend}};
  return json::serialize(json::object{{"device", report.device},
                                      {"backend", report.backend},
                                      {"path", report.path},
                                      {"driver", PrintableText(report.driver)},
                                      {"passed", report.passed},
                                      {"error", PrintableText(report.error)},
                                      {"duration_ms", report.duration_ms},
                                      {"limits", limits},
                                      {"checks", std::move(checks)}});
}

std::optional<SelfTestReport> SelfTestReportFromJson(std::string_view text) {
  if (text.size() > kMaxSelfTestJson) return std::nullopt;
  json::error_code error;
  const json::value value = json::parse(View(text), error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const json::value* const passed = object.if_contains("passed");
  if (passed == nullptr || !passed->is_bool()) return std::nullopt;

  SelfTestReport report;
  report.device = TextOf(object, "device");
  report.backend = TextOf(object, "backend");
  report.path = TextOf(object, "path");
  report.driver = TextOf(object, "driver");
  report.passed = passed->get_bool();
  report.error = TextOf(object, "error");
  report.duration_ms = static_cast<int64_t>(NumberOf(object, "duration_ms"));
  if (const json::value* const limits = object.if_contains("limits");
      limits != nullptr && limits->is_object()) {
    const json::object& of = limits->get_object();
    report.decodes = TextsOf(ListOf(of, "decodes"));
    report.encodes = TextsOf(ListOf(of, "encodes"));
    report.canvas = TextOf(of, "canvas");
    report.layers_per_pass = static_cast<int>(NumberOf(of, "layers_per_pass"));
    report.blend = TextOf(of, "blend");
  }
  for (const json::value& check : ListOf(object, "checks")) {
    if (report.checks.size() == kMaxChecks) break;
    if (check.is_object()) report.checks.push_back(CheckOf(check.get_object()));
  }
  // A failed check, or an error, outweighs what the whole says.
  report.passed = report.passed && report.error.empty() &&
                  std::ranges::none_of(report.checks, [](const SelfTestCheck& check) {
                    return check.verdict == Verdict::kFailed;
                  });
  return report;
}

}  // namespace continuo
