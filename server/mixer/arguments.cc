// SPDX-License-Identifier: Apache-2.0
#include "server/mixer/arguments.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "hwaccel/choice/self_test_process.h"

namespace continuo {
namespace {

constexpr std::string_view kNotByHand =
    "it is started by continuod; by hand only as continuo-mixer --self-test DEVICE";

// Everything that any use of the program takes, before it is known which one it is.
struct Given {
  std::optional<int> parent;
  std::optional<int> link;
  std::optional<int> shards;
  std::optional<std::string_view> device;
  std::optional<int> deadline_ms;
  std::optional<std::string_view> self_test;
  bool stages = false;
};

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// False when there is no such flag, or not with that value.
bool Take(std::string_view flag, std::string_view value, Given& given) {
  if (flag == "--parent") return (given.parent = Number(value)).has_value();
  if (flag == "--link") return (given.link = Number(value)).has_value();
  if (flag == "--shards") return (given.shards = Number(value)).has_value();
  if (flag == "--device-deadline-ms") return (given.deadline_ms = Number(value)).has_value();
  if (flag == "--device") return (given.device = value).has_value();
  if (flag == kSelfTestFlag) return (given.self_test = value).has_value();
  return false;
}

Result<Given> Read(std::span<const char* const> arguments) {
  Given given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view flag = arguments[i];
    if (flag == kSelfTestStagesFlag) {
      given.stages = true;
    } else if (i + 1 == arguments.size() || !Take(flag, arguments[++i], given)) {
      return Fail(ErrorCode::kInvalidArgument, kNotByHand, std::string(flag));
    }
  }
  return given;
}

}  // namespace

Result<MixerArguments> ParseMixerArguments(std::span<const char* const> arguments) {
  const auto given = Read(arguments);
  if (!given) return tl::unexpected(given.error());
  const bool tests = given->self_test.has_value();
  const bool mixes = given->parent && given->link && given->shards;
  const bool mixes_in_part =
      given->parent || given->link || given->shards || given->device || given->deadline_ms;
  if (tests ? mixes_in_part : !mixes || given->stages) {
    return Fail(ErrorCode::kInvalidArgument, kNotByHand);
  }
  auto device = ParseDeviceSpec(tests ? *given->self_test : given->device.value_or("cpu"));
  if (!device) return tl::unexpected(std::move(device.error()));
  if (tests) return SelfTestArguments{std::move(*device), given->stages};
  RoomArguments room{*given->parent, *given->link, *given->shards, std::move(*device)};
  if (given->deadline_ms) room.device_deadline = TimeDelta::Millis(*given->deadline_ms);
  return room;
}

}  // namespace continuo
