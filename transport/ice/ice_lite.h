// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "transport/ice/ice_agent.h"
#include "transport/ice/stun_key.h"

namespace continuo {

// The server's side: a lite, always controlled agent that answers checks and makes none (RFC 8445
// §2.5, RFC 8489). An address is validated by an authenticated check and selected by one with
// USE-CANDIDATE, so a peer that changes its network moves the session by checking from there.
// Never sends anything but a response, and never one larger than its request.
class IceLite final : public IceAgent {
 public:
  // Addresses of one peer that are remembered; the one longest unheard of makes room.
  static constexpr size_t kMaxAddresses = 8;

  struct Counters {
    uint64_t checks_answered = 0;
    uint64_t checks_refused = 0;      // wrong user name or integrity, role conflict, malformed
    uint64_t responses_withheld = 0;  // would have been larger than the request
    uint64_t migrations = 0;          // the selected address changed after the first nomination
  };

  IceLite(const IceCredentials& ours, const IceCredentials& theirs);

  StunResult OnStun(const SocketAddress& from, ByteView message, Timestamp now,
                    DatagramSink& sink) override;
  void OnTimer(Timestamp, DatagramSink&) override {}
  Timestamp NextDeadline() const override { return Timestamp::Infinite(); }
  bool IsValidated(const SocketAddress& address, Timestamp now) const override;
  std::optional<SocketAddress> selected() const override { return selected_; }
  std::optional<Timestamp> last_authenticated() const override { return last_check_; }

  const Counters& counters() const { return counters_; }

 private:
  struct Known {
    SocketAddress address;
    Timestamp last_check;
  };

  enum class Nominates : uint8_t { kNo, kYes };

  void OnCheck(const SocketAddress& from, Nominates nominates, Timestamp now);
  void Remember(const SocketAddress& address, Timestamp now);

  const StunKey key_;
  const std::string expected_username_;  // "ours:theirs", RFC 8445 §7.2.2
  std::array<Known, kMaxAddresses> known_{};
  size_t known_count_ = 0;
  std::optional<SocketAddress> selected_;
  bool nominated_ = false;
  std::optional<Timestamp> last_check_;
  Counters counters_;
};

}  // namespace continuo
