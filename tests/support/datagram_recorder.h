// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "transport/udp/datagram_sink.h"

namespace continuo::test {

// A DatagramSink that keeps what was sent, in order.
class DatagramRecorder final : public DatagramSink {
 public:
  struct Datagram {
    SocketAddress to;
    std::vector<uint8_t> bytes;
  };

  MutableBytes Reserve(const SocketAddress& to) override {
    to_ = to;
    return space_;
  }
  void Commit(size_t size) override {
    sent.push_back({to_, std::vector<uint8_t>(space_.data(), space_.data() + size)});
  }
  // What was sent since the last call.
  std::vector<Datagram> Take() { return std::exchange(sent, {}); }

  std::vector<Datagram> sent;

 private:
  SocketAddress to_;
  std::array<uint8_t, kMaxDatagramSize> space_{};
};

}  // namespace continuo::test
