// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/device_spec.h"

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr size_t kMaxPath = 200;

tl::unexpected<Error> NotADevice(std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument, "not auto, cpu, PATH, vaapi:PATH or vpl:PATH",
              std::string(text.substr(0, kMaxPath)));
}

// It stands in logs, metrics and terminals as it is.
bool IsPath(std::string_view text) {
  return text.starts_with('/') && text.size() <= kMaxPath &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

bool Names(const DeviceChoice& choice, const DeviceWish& wish) {
  return std::ranges::any_of(choice.wishes, [&](const DeviceWish& other) {
    return std::ranges::find_first_of(other, wish) != other.end();
  });
}

}  // namespace

std::string ToString(const DeviceSpec& spec) {
  std::string text(ToString(spec.backend));
  if (spec.backend != Backend::kCpu) text += ":" + spec.path;
  return text;
}

Result<DeviceSpec> ParseDeviceSpec(std::string_view text) {
  if (text == ToString(Backend::kCpu)) return DeviceSpec{};
  const size_t colon = text.find(':');
  if (colon == text.npos) return NotADevice(text);
  const auto backend = BackendFromName(text.substr(0, colon));
  const std::string_view path = text.substr(colon + 1);
  if (!backend || *backend == Backend::kCpu || !IsPath(path)) return NotADevice(text);
  return DeviceSpec{*backend, std::string(path)};
}

Result<DeviceWish> ParseDeviceWish(std::string_view text) {
  if (IsPath(text)) {
    const std::string path(text);
    return DeviceWish{{Backend::kVaapi, path}, {Backend::kVpl, path}};
  }
  auto spec = ParseDeviceSpec(text);
  if (!spec) return tl::unexpected(std::move(spec.error()));
  return DeviceWish{std::move(*spec)};
}

Result<DeviceChoice> ParseDeviceChoice(const std::vector<std::string>& texts) {
  DeviceChoice choice;
  if (texts.size() == 1 && texts.front() == kAuto) return choice;
  choice.automatic = false;
  if (texts.size() == 1 && texts.front() == ToString(Backend::kCpu)) return choice;
  for (const std::string& text : texts) {
    if (text == kAuto || text == ToString(Backend::kCpu)) {
      return Fail(ErrorCode::kInvalidArgument, "stands alone, not in a list of devices", text);
    }
    auto wish = ParseDeviceWish(text);
    if (!wish) return tl::unexpected(std::move(wish.error()));
    if (Names(choice, *wish)) {
      return Fail(ErrorCode::kInvalidArgument, "a device is named twice", text);
    }
    choice.wishes.push_back(std::move(*wish));
  }
  if (choice.wishes.empty()) return NotADevice("");
  return choice;
}

}  // namespace continuo
