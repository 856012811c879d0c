// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace continuo {
namespace {

spdlog::logger& Logger() {
  static const auto logger = [] {
    auto l = spdlog::stderr_logger_mt("continuo");
    l->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return l;
  }();
  return *logger;
}

std::string& Program() {
  static std::string name = "continuo";
  return name;
}

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// A value may come from a peer (a name, a reason): quoted when it holds anything but plain
// characters, and control characters never reach the terminal.
void AppendQuoted(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == value.npos;
  if (!plain) line.push_back('"');
  for (const char c : value.substr(0, 1000)) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 || u == 0x7f) {
      line.push_back('?');
    } else {
      if (c == '"' || c == '\\') line.push_back('\\');
      line.push_back(c);
    }
  }
  if (!plain) line.push_back('"');
}

}  // namespace

void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(ToSpdlog(level))) return;
  std::string line = Program();
  line.append(" ").append(event);
  for (const LogField& field : fields) {
    line.append(" ").append(field.key).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      AppendQuoted(line, *text);
    } else if (const auto* integer = std::get_if<int64_t>(&field.value)) {
      line.append(std::to_string(*integer));
    } else {
      line.append(fmt::format("{:.6g}", std::get<double>(field.value)));
    }
  }
  logger.log(ToSpdlog(level), line);
}

void SetLogLevel(LogLevel level) { Logger().set_level(ToSpdlog(level)); }
void SetLogProgram(std::string_view name) { Program() = name; }

}  // namespace continuo
