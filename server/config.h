// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hwaccel/choice/device_spec.h"
#include "transport/wire/socket_address.h"

namespace continuo {

enum class HttpScheme : uint8_t { kHttps, kHttp };

// What continuod is told, from flags over the file over these defaults. The keys of the TOML file
// are the long flags with underscores; those of devices stand in the table [hwaccel].
struct ServerConfig {
  std::string state_dir = "state";
  HttpScheme http_scheme = HttpScheme::kHttps;
  SocketAddress http = SocketAddress::Ipv6({}, 8443);  // plain http only on loopback
  SocketAddress udp = SocketAddress::Ipv6({}, 8443);
  SocketAddress metrics = SocketAddress::Ipv4({127, 0, 0, 1}, 9464);
  std::string control;  // path of the UNIX socket; empty: control.sock in state_dir
  std::vector<SocketAddress> advertise;  // port 0; empty: all local ones
  std::string mixer;                     // path of continuo-mixer; empty: beside continuod
  DeviceChoice device;                   // where rooms' pictures may be made; [hwaccel] in the file
  // A call into a device that takes longer has hung, and its room is moved to the CPU.
  TimeDelta device_deadline = TimeDelta::Millis(300);
  static constexpr TimeDelta kMinDeviceDeadline = TimeDelta::Millis(50);
  static constexpr TimeDelta kMaxDeviceDeadline = TimeDelta::Seconds(10);
};

// What the command line asked for: run with a configuration, or print a text and go.
struct CommandLine {
  std::optional<ServerConfig> config;
  std::string text;
  int exit_code = 0;
};

// Reads flags, and the file that --config names. A mistake gives a text of one line and exit
// code 1.
CommandLine ParseCommandLine(int argc, char** argv);

// Applies one TOML file to `config`. An unknown key, a wrong type or a bad value is an error that
// names the file and the line.
Status ApplyConfigText(std::string_view toml, std::string_view file_name, ServerConfig& config);

// "https://0.0.0.0:8443", "http://[::1]:8080"; without a scheme, https.
Status SetHttp(std::string_view text, ServerConfig& config);
// "0.0.0.0:8443", "[::]:8443", "8443" (all IPv4 addresses).
Result<SocketAddress> ParseListen(std::string_view text);

}  // namespace continuo
