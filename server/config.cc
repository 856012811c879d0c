// SPDX-License-Identifier: Apache-2.0
#include "server/config.h"

#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

namespace continuo {
namespace {

Status SetListen(std::string_view text, SocketAddress& out) {
  auto listen = ParseListen(text);
  if (!listen) return tl::unexpected(listen.error());
  out = *listen;
  return {};
}

Status SetControl(std::string_view text, ServerConfig& config) {
  constexpr std::string_view kScheme = "unix:";
  if (!text.starts_with(kScheme) || text.size() == kScheme.size()) {
    return Fail(ErrorCode::kInvalidArgument, "control is not unix:PATH", std::string(text));
  }
  config.control = text.substr(kScheme.size());
  return {};
}

Status AddAdvertised(std::string_view text, ServerConfig& config) {
  const auto address = SocketAddress::FromIp(text, 0);
  if (!address) {
    return Fail(ErrorCode::kInvalidArgument, "advertise is not an IP address", std::string(text));
  }
  config.advertise.push_back(*address);
  return {};
}

// What every option does with its text. The same for the file and for the flags.
struct Option {
  const char* key;
  const char* help;
  std::function<Status(std::string_view, ServerConfig&)> set;
};

const std::vector<Option>& Options() {
  static const std::vector<Option> options{
      {"state_dir", "where keys, the certificate and the control socket live",
       [](std::string_view v, ServerConfig& c) -> Status { return c.state_dir = v, Status{}; }},
      {"http", "https://ADDRESS:PORT for pages and joining; plain http only on loopback", SetHttp},
      {"udp", "ADDRESS:PORT for all media",
       [](std::string_view v, ServerConfig& c) { return SetListen(v, c.udp); }},
      {"metrics", "ADDRESS:PORT for Prometheus; keep it private",
       [](std::string_view v, ServerConfig& c) { return SetListen(v, c.metrics); }},
      {"control", "unix:PATH of the gRPC control socket", SetControl},
      {"mixer", "path of the continuo-mixer program",
       [](std::string_view v, ServerConfig& c) -> Status { return c.mixer = v, Status{}; }},
  };
  return options;
}

Status SetAdvertise(const toml::node& node, ServerConfig& config) {
  const toml::array* list = node.as_array();
  if (list == nullptr) return Fail(ErrorCode::kInvalidArgument, "advertise is not a list");
  config.advertise.clear();
  for (const toml::node& item : *list) {
    const auto text = item.value<std::string>();
    if (!text) return Fail(ErrorCode::kInvalidArgument, "advertise is not a list of strings");
    if (auto added = AddAdvertised(*text, config); !added) return added;
  }
  return {};
}

Status SetDevices(const std::vector<std::string>& texts, ServerConfig& config) {
  auto choice = ParseDeviceChoice(texts);
  if (!choice) return tl::unexpected(choice.error());
  config.device = std::move(*choice);
  return {};
}

// One string, or a list of them.
Status SetDevice(const toml::node& node, ServerConfig& config) {
  std::vector<std::string> texts;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) return Fail(ErrorCode::kInvalidArgument, "device is not a list of strings");
      texts.push_back(*text);
    }
  } else if (const auto text = node.value_exact<std::string>()) {
    texts.push_back(*text);
  } else {
    return Fail(ErrorCode::kInvalidArgument, "device is neither a string nor a list of strings");
  }
  return SetDevices(texts, config);
}

Status SetDeviceDeadline(int64_t ms, ServerConfig& config) {
  if (ms < ServerConfig::kMinDeviceDeadline.ms() || ms > ServerConfig::kMaxDeviceDeadline.ms()) {
    return Fail(ErrorCode::kInvalidArgument, "a device's deadline is 50 to 10000 ms",
                std::to_string(ms));
  }
  config.device_deadline = TimeDelta::Millis(ms);
  return {};
}

Status ApplyHwaccelKey(std::string_view key, const toml::node& node, ServerConfig& config) {
  if (key == "device") return SetDevice(node, config);
  if (key == "device_deadline_ms") {
    const auto ms = node.value_exact<int64_t>();
    if (!ms) return Fail(ErrorCode::kInvalidArgument, "not a number", std::string(key));
    return SetDeviceDeadline(*ms, config);
  }
  return Fail(ErrorCode::kInvalidArgument, "unknown key", "hwaccel." + std::string(key));
}

Status ApplyKey(std::string_view key, const toml::node& node, ServerConfig& config) {
  if (key == "advertise") return SetAdvertise(node, config);
  for (const Option& option : Options()) {
    if (key != option.key) continue;
    const auto text = node.value_exact<std::string>();
    if (!text) return Fail(ErrorCode::kInvalidArgument, "not a string", std::string(key));
    return option.set(*text, config);
  }
  return Fail(ErrorCode::kInvalidArgument, "unknown key", std::string(key));
}

std::string At(std::string_view file, const toml::source_region& where) {
  return std::string(file) + ":" + std::to_string(where.begin.line) + ": ";
}

using ApplyOne = Status (*)(std::string_view, const toml::node&, ServerConfig&);

// Every key of a table, to the first that is wrong.
Status ApplyTable(const toml::table& table, std::string_view file, ApplyOne apply,
                  ServerConfig& config) {
  for (const auto& [key, node] : table) {
    if (const auto applied = apply(key.str(), node, config); !applied) {
      return Fail(applied.error().code, "the configuration is wrong",
                  At(file, key.source()) + ToString(applied.error()));
    }
  }
  return {};
}

Status ApplyConfigFile(const std::string& path, ServerConfig& config) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return FailErrno(ErrorCode::kUnavailable, "cannot read the configuration", path);
  return ApplyConfigText(text.str(), path, config);
}

std::string FlagOf(std::string_view key) {
  std::string flag = "--" + std::string(key);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

}  // namespace

Result<SocketAddress> ParseListen(std::string_view text) {
  const bool only_port = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  const auto address =
      SocketAddress::Parse(only_port ? "0.0.0.0:" + std::string(text) : std::string(text));
  if (!address) {
    return Fail(ErrorCode::kInvalidArgument, "not an ADDRESS:PORT", std::string(text));
  }
  return *address;
}

Status SetHttp(std::string_view text, ServerConfig& config) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  std::string_view rest = text;
  HttpScheme scheme = HttpScheme::kHttps;
  if (rest.starts_with(kHttps)) {
    rest.remove_prefix(kHttps.size());
  } else if (rest.starts_with(kHttp)) {
    rest.remove_prefix(kHttp.size());
    scheme = HttpScheme::kHttp;
  }
  auto listen = ParseListen(rest);
  if (!listen) return tl::unexpected(listen.error());
  if (scheme == HttpScheme::kHttp && !listen->IsLoopback()) {
    return Fail(ErrorCode::kInvalidArgument,
                "plain http is only for loopback; use https for other machines", std::string(text));
  }
  config.http_scheme = scheme;
  config.http = *listen;
  return {};
}

Status ApplyConfigText(std::string_view toml, std::string_view file_name, ServerConfig& config) {
  toml::table table;
  try {
    table = toml::parse(toml, file_name);
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::kInvalidArgument, "the configuration is not TOML",
                At(file_name, error.source()) + std::string(error.description()));
  }
  if (const toml::node* node = table.get("hwaccel"); node != nullptr && node->is_table()) {
    const auto applied = ApplyTable(*node->as_table(), file_name, ApplyHwaccelKey, config);
    if (!applied) return applied;
    table.erase("hwaccel");
  }
  return ApplyTable(table, file_name, ApplyKey, config);
}

CommandLine ParseCommandLine(int argc, char** argv) {
  CLI::App app{"continuod: the Continuo conference server"};
  app.set_version_flag("--version", CONTINUO_VERSION);
  std::string config_file;
  app.add_option("--config", config_file, "TOML file; flags override it");
  std::vector<std::string> texts(Options().size());
  std::vector<CLI::Option*> flags;
  for (size_t i = 0; i < Options().size(); ++i) {
    flags.push_back(app.add_option(FlagOf(Options()[i].key), texts[i], Options()[i].help));
  }
  std::vector<std::string> advertise;
  CLI::Option* advertise_flag = app.add_option(
      "--advertise", advertise, "IP address that endpoints reach us at; may be repeated");

  std::vector<std::string> device;
  CLI::Option* device_flag = app.add_option(
      "--device", device,
      "auto, cpu, /dev/dri/renderD128, vaapi:PATH or vpl:PATH: where pictures are made; may be "
      "repeated");
  int64_t deadline_ms = 0;
  CLI::Option* deadline_flag = app.add_option("--device-deadline-ms", deadline_ms,
                                              "a call into a device that takes longer has hung");

  const auto failed = [](const Error& error) {
    return CommandLine{std::nullopt, "continuod: " + ToString(error), 1};
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    app.exit(error, out, out);
    std::string text = out.str();
    while (text.ends_with('\n')) text.pop_back();
    if (!asked) text = "continuod: " + std::string(error.what());
    return CommandLine{std::nullopt, text, asked ? 0 : 1};
  }

  ServerConfig config;
  if (!config_file.empty()) {
    if (auto applied = ApplyConfigFile(config_file, config); !applied) {
      return failed(applied.error());
    }
  }
  for (size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]->count() == 0) continue;
    if (auto set = Options()[i].set(texts[i], config); !set) return failed(set.error());
  }
  if (advertise_flag->count() > 0) config.advertise.clear();
  for (const std::string& address : advertise) {
    if (auto added = AddAdvertised(address, config); !added) return failed(added.error());
  }
  if (device_flag->count() > 0) {
    if (auto set = SetDevices(device, config); !set) return failed(set.error());
  }
  if (deadline_flag->count() > 0) {
    if (auto set = SetDeviceDeadline(deadline_ms, config); !set) return failed(set.error());
  }
  if (config.control.empty()) config.control = config.state_dir + "/control.sock";
  return CommandLine{std::move(config), {}, 0};
}

}  // namespace continuo
