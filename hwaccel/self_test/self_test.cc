// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/self_test.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "hwaccel/open_device.h"
#include "hwaccel/self_test/chain_check.h"
#include "hwaccel/self_test/check_list.h"
#include "hwaccel/self_test/compose_checks.h"
#include "hwaccel/self_test/decode_checks.h"
#include "hwaccel/self_test/encode_checks.h"
#include "media/codec.h"

namespace continuo {
namespace {

std::string Words(PixelSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

std::string_view Words(BlendSupport blend) {
  return blend == BlendSupport::kPerPixel ? "per pixel" : "on the CPU";
}

template <typename Limit>
std::vector<std::string> Words(const std::array<Limit, kVideoCodecCount>& limits) {
  std::vector<std::string> codecs;
  for (size_t i = 0; i < limits.size(); ++i) {
    if (limits[i].max_size.width == 0) continue;
    codecs.push_back(std::string(ToString(static_cast<VideoCodec>(i))) + " up to " +
                     Words(limits[i].max_size));
  }
  return codecs;
}

SelfTestReport Describe(const Device& device) {
  const Limits& limits = device.limits();
  SelfTestReport report;
  report.device = ToString(DeviceSpec{device.info().backend, device.info().path});
  report.backend = ToString(device.info().backend);
  report.path = device.info().path;
  report.driver = device.info().driver;
  report.decodes = Words(limits.decode);
  report.encodes = Words(limits.encode);
  if (limits.max_canvas.width > 0) report.canvas = Words(limits.max_canvas);
  report.layers_per_pass = limits.layers_per_pass;
  report.blend = Words(limits.blend);
  return report;
}

}  // namespace

SelfTestReport TestDevice(Device& device, const OnSelfTestStage& on_stage) {
  const Timestamp began = MonotonicNow();
  SelfTestReport report = Describe(device);
  CheckList checks(report, on_stage);
  for (const auto check : {CheckDecoders, CheckCompositor, CheckEncoders, CheckChain}) {
    if (!checks.over()) check(device, checks);
  }
  report.passed =
      report.error.empty() && std::ranges::none_of(report.checks, [](const SelfTestCheck& check) {
        return check.verdict == Verdict::kFailed;
      });
  report.duration_ms = (MonotonicNow() - began).ms();
  return report;
}

SelfTestReport TestDevice(const DeviceSpec& spec, const OnSelfTestStage& on_stage) {
  const auto at = [&](std::string_view stage) {
    if (on_stage) on_stage(stage);
  };
  at("open");
  auto device = OpenDevice(spec);
  if (!device) {
    SelfTestReport report;
    report.device = ToString(spec);
    report.backend = ToString(spec.backend);
    report.path = spec.path;
    report.error = "open: " + ToString(device.error());
    return report;
  }
  SelfTestReport report = TestDevice(**device, on_stage);
  at("close");
  device->reset();
  return report;
}

}  // namespace continuo
