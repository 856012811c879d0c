// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/doctor_output.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/table.h"

namespace continuo {
namespace {

namespace json = boost::json;

// Where a figure in dB means: every bit is the same.
constexpr double kIdentical = 99;

std::string Number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

std::string Figure(const SelfTestCheck& check) {
  if (check.unit.empty()) return "-";
  if (check.unit == "dB" && check.figure >= kIdentical) return "identical";
  return Number(check.figure) + " " + check.unit;
}

// The lowest figure in dB of the checks whose names begin so; "FAILED" when there is none to tell.
std::string Lowest(const SelfTestReport& report, std::string_view stage) {
  const SelfTestCheck* lowest = nullptr;
  for (const SelfTestCheck& check : report.checks) {
    if (!check.name.starts_with(stage) || check.verdict == Verdict::kSkipped) continue;
    if (check.unit.empty()) return "failed";
    if (lowest == nullptr || check.figure < lowest->figure) lowest = &check;
  }
  return lowest == nullptr ? "-" : Figure(*lowest);
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all.empty() ? "none" : all;
}

const SelfTestReport* CpuOf(const Examination& found) {
  const auto cpu =
      std::ranges::find(found.reports, ToString(Backend::kCpu), &SelfTestReport::backend);
  return cpu == found.reports.end() ? nullptr : &*cpu;
}

std::string YesNo(bool yes) { return yes ? "yes" : "no"; }

std::string MachineText(const Examination& found) {
  const Machine& machine = found.machine;
  std::string text = "CPU       " + (machine.cpu.empty() ? "unknown" : machine.cpu) + ", " +
                     std::to_string(machine.threads) + " threads, AES-NI " +
                     YesNo(machine.has_aes) + ", AVX2 " + YesNo(machine.has_avx2) + "\n";
  if (const SelfTestReport* const cpu = CpuOf(found); cpu != nullptr && cpu->error.empty()) {
    text += "Decodes   " + Joined(cpu->decodes) + "\n";
    text += "Encodes   " + Joined(cpu->encodes) + "\n";
  }
  for (const RenderNode& node : machine.render_nodes) {
    text +=
        "GPU       " + node.path + ": " + (node.gpu.vendor.empty() ? "unknown" : node.gpu.vendor) +
        (node.gpu.pci_id.empty() ? "" : " " + node.gpu.pci_id) +
        (node.gpu.kernel_driver.empty() ? "" : ", driver " + node.gpu.kernel_driver) + ", group " +
        node.group + (node.may_open ? "" : ", which " + machine.user + " lacks") + "\n";
  }
  return text;
}

std::string DevicesTable(const Examination& found) {
  std::vector<TableRow> rows{{"DEVICE", "VERDICT", "DECODE", "COMPOSE", "NAMES", "ENCODE", "TOOK"}};
  for (const SelfTestReport& report : found.reports) {
    rows.push_back({report.device, report.passed ? "passed" : "FAILED", Lowest(report, "decode "),
                    Lowest(report, "compose "), Lowest(report, "plates on "),
                    Lowest(report, "encode "),
                    Number(static_cast<double>(report.duration_ms) / 1000) + " s"});
  }
  return Table(rows);
}

std::string ChecksTable(const SelfTestReport& report) {
  std::string text = report.device;
  if (!report.driver.empty()) text += ": " + report.driver;
  text += "\n";
  if (report.checks.empty()) return text + "nothing was tried: " + ReasonOf(report) + "\n";
  std::vector<TableRow> rows{{"CHECK", "VERDICT", "FIGURE", "AT LEAST", "DETAIL"}};
  for (const SelfTestCheck& check : report.checks) {
    rows.push_back({check.name, std::string(ToString(check.verdict)), Figure(check),
                    check.unit.empty() ? "-" : Number(check.at_least), check.detail});
  }
  return text + Table(rows);
}

json::object ToObject(const Gpu& gpu) {
  return {{"vendor", gpu.vendor}, {"pciId", gpu.pci_id}, {"kernelDriver", gpu.kernel_driver}};
}

json::object ToObject(const Machine& machine) {
  json::array nodes;
  for (const RenderNode& node : machine.render_nodes) {
    nodes.push_back(json::object{{"path", node.path},
                                 {"gpu", ToObject(node.gpu)},
                                 {"group", node.group},
                                 {"mayOpen", node.may_open}});
  }
  json::array gpus;
  for (const Gpu& gpu : machine.pci_gpus) gpus.push_back(ToObject(gpu));
  return {{"cpu", machine.cpu},     {"threads", machine.threads},
          {"aes", machine.has_aes}, {"avx2", machine.has_avx2},
          {"user", machine.user},   {"renderNodes", std::move(nodes)},
          {"gpus", std::move(gpus)}};
}

}  // namespace

std::string DoctorText(const Examination& found, DoctorDetail detail) {
  std::string text = MachineText(found) + "\n" + DevicesTable(found);
  if (detail == DoctorDetail::kAllChecks) {
    for (const SelfTestReport& report : found.reports) text += "\n" + ChecksTable(report);
  }
  const auto advice = AdviceOn(found);
  if (!advice.empty()) text += "\n";
  for (const std::string& sentence : advice) text += sentence + "\n";
  return text;
}

std::string DoctorJson(const Examination& found) {
  json::array reports;
  for (const SelfTestReport& report : found.reports) {
    reports.push_back(json::parse(ToJson(report)));  // our own: it parses
  }
  json::array advice;
  for (const std::string& sentence : AdviceOn(found)) advice.emplace_back(sentence);
  return json::serialize(json::object{{"roomsCanRun", RoomsCanRun(found)},
                                      {"machine", ToObject(found.machine)},
                                      {"devices", std::move(reports)},
                                      {"advice", std::move(advice)}}) +
         "\n";
}

}  // namespace continuo
