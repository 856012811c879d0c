// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "transport/ice/ice_agent.h"
#include "transport/ice/stun_key.h"
#include "transport/wire/stun.h"

namespace continuo {

// The headless endpoint's side: the controlling agent towards one lite peer whose host candidates
// are all known from its answer (RFC 8445 §6, §7.2, §8.1.1: regular nomination). Checks every
// candidate with back-off, nominates the first that answers, then keeps consent (RFC 7675) on that
// one. Gathers nothing and answers no checks: a lite peer makes none. Our own address is whatever
// the socket sends from.
class IceClient final : public IceAgent {
 public:
  // Candidates beyond this many are left out.
  static constexpr size_t kMaxCandidates = 16;

  // `seed` spreads the consent checks in time; it needs to differ, not to be secret.
  IceClient(const IceCredentials& ours, const IceCredentials& theirs,
            const std::vector<SocketAddress>& candidates, uint64_t seed);

  // The first call starts the checks.
  void OnTimer(Timestamp now, DatagramSink& sink) override;
  Timestamp NextDeadline() const override;
  StunResult OnStun(const SocketAddress& from, ByteView message, Timestamp now,
                    DatagramSink& sink) override;
  bool IsValidated(const SocketAddress& address, Timestamp now) const override;
  std::optional<SocketAddress> selected() const override;
  std::optional<Timestamp> last_authenticated() const override { return last_response_; }

 private:
  enum class Purpose : uint8_t { kCheck, kNominate, kConsent };
  // One candidate and the one transaction that is out to it.
  struct Candidate {
    SocketAddress address;
    Purpose purpose = Purpose::kCheck;
    StunTransactionId transaction{};
    int transmissions = 0;  // of this transaction
    Timestamp next_transmission;
    std::optional<Timestamp> last_response;
  };

  void Begin(Candidate& candidate, Purpose purpose, Timestamp when);
  void Transmit(Candidate& candidate, Timestamp now, DatagramSink& sink);
  void OnSuccess(Candidate& candidate, Timestamp now);
  TimeDelta ConsentInterval();

  const StunKey key_;           // the peer's password seals both directions, RFC 8445 §7.2.2
  const std::string username_;  // "theirs:ours"
  const uint64_t tie_breaker_;
  std::vector<Candidate> candidates_;
  std::optional<size_t> selected_;
  std::optional<Timestamp> last_response_;
  Prng jitter_;
};

}  // namespace continuo
