// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace continuo {

struct HttpAnswer {
  int status = 0;                              // 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// A blocking HTTP/1.1 and WebSocket client for 127.0.0.1 that shares no code with the server, and
// that sends whatever bytes a test wants. Gives up after five seconds.
class HttpClient {
 public:
  explicit HttpClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }
  int fd() const { return fd_.get(); }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // `headers` are whole lines, each with its "\r\n".
  HttpAnswer Ask(std::string_view method, std::string_view target, std::string_view headers = {},
                 std::string_view body = {}) {
    std::string request;
    request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n");
    request.append(headers);
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    request.append("\r\n").append(body);
    Send(request);
    return ReadAnswer(method == "HEAD");
  }

  HttpAnswer ReadAnswer(bool head = false) {
    HttpAnswer answer;
    const size_t end = ReadUntil("\r\n\r\n");
    if (end == std::string::npos) return answer;
    std::string header = Take(end + 4);
    answer.status = std::atoi(header.c_str() + header.find(' '));
    for (size_t line = header.find("\r\n") + 2; line + 2 < header.size();) {
      const size_t eol = header.find("\r\n", line);
      const size_t colon = header.find(": ", line);
      std::string name = header.substr(line, colon - line);
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      answer.headers[name] = header.substr(colon + 2, eol - colon - 2);
      line = eol + 2;
    }
    if (!head && answer.headers.contains("content-length")) {
      const auto size = std::strtoull(answer.headers["content-length"].c_str(), nullptr, 10);
      while (buffer_.size() < size && ReadMore()) {
      }
      answer.body = Take(std::min<size_t>(size, buffer_.size()));
    }
    return answer;
  }

  HttpAnswer OpenWebSocket(std::string_view target, std::string_view protocols) {
    std::string headers =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    headers.append("Sec-WebSocket-Protocol: ").append(protocols).append("\r\n");
    return Ask("GET", target, headers);
  }

  struct Frame {
    int opcode = -1;
    std::string payload;
  };
  static constexpr int kText = 1, kClose = 8, kPing = 9;

  // The next frame of the server; none when the connection has ended.
  std::optional<Frame> ReadFrame() {
    if (!ReadBytes(2)) return std::nullopt;
    Frame frame;
    frame.opcode = buffer_[0] & 0x0f;
    size_t size = buffer_[1] & 0x7f;
    size_t header = 2;
    if (size == 126) {
      if (!ReadBytes(4)) return std::nullopt;
      size = static_cast<size_t>(static_cast<uint8_t>(buffer_[2])) << 8 |
             static_cast<uint8_t>(buffer_[3]);
      header = 4;
    }
    if (!ReadBytes(header + size)) return std::nullopt;
    Take(header);
    frame.payload = Take(size);
    return frame;
  }

  // Payloads of up to 125 bytes, masked with zeros.
  void SendFrame(int opcode, std::string_view payload) {
    std::string frame{
        static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
    frame.append(payload);
    Send(frame);
  }

  // True when the server ends the connection before the client's patience does.
  bool EndedByServer() {
    char byte;
    for (;;) {
      const ssize_t got = ::recv(fd_.get(), &byte, 1, 0);
      if (got <= 0) return got == 0 || errno != EAGAIN;
    }
  }

 private:
  bool ReadMore() {
    char bytes[4096];
    const ssize_t got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<size_t>(got));
    return got > 0;
  }
  bool ReadBytes(size_t count) {
    while (buffer_.size() < count) {
      if (!ReadMore()) return false;
    }
    return true;
  }
  size_t ReadUntil(std::string_view mark) {
    for (;;) {
      const size_t at = buffer_.find(mark);
      if (at != std::string::npos || !ReadMore()) return at;
    }
  }
  std::string Take(size_t count) {
    std::string taken = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return taken;
  }

  UniqueFd fd_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace continuo
