// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/ice_client.h"

#include <algorithm>
#include <array>

#include "crypto/random.h"

namespace continuo {
namespace {

// RFC 8445 §14.2: "Ta SHOULD be 50 ms", between the first checks of two candidates.
constexpr TimeDelta kPacing = TimeDelta::Millis(50);
// RFC 8445 §14.3: RTO "MUST be 500 ms" or more.
constexpr TimeDelta kFirstRetransmission = TimeDelta::Millis(500);
constexpr TimeDelta kLongestRetransmission = TimeDelta::Seconds(4);
// RFC 7675 §5.1 has 5 s, randomised by ±20 %; a little less leaves seven tries before consent ends.
constexpr int64_t kConsentIntervalUs = 4'000'000;

// RFC 8445 §5.1.2.1 for a peer-reflexive candidate, which is what ours is to the peer.
constexpr uint32_t kPriority = (110u << 24) | (65535u << 8) | 255u;

constexpr size_t kMaxRequest = 700;  // two user names of 256 and the rest

}  // namespace

IceClient::IceClient(const IceCredentials& ours, const IceCredentials& theirs,
                     const std::vector<SocketAddress>& candidates, uint64_t seed)
    : key_(theirs.pwd),
      username_(theirs.ufrag + ':' + ours.ufrag),
      tie_breaker_(RandomU64()),
      jitter_(seed) {
  const size_t count = std::min(candidates.size(), kMaxCandidates);
  for (size_t i = 0; i < count; ++i) {
    candidates_.push_back({.address = candidates[i]});
    Begin(candidates_.back(), Purpose::kCheck, Timestamp());
  }
}

void IceClient::Begin(Candidate& candidate, Purpose purpose, Timestamp when) {
  candidate.purpose = purpose;
  candidate.transmissions = 0;
  candidate.next_transmission = when;
  RandomBytes(candidate.transaction);
}

void IceClient::OnTimer(Timestamp now, DatagramSink& sink) {
  Timestamp turn = now;
  for (Candidate& candidate : candidates_) {
    if (candidate.next_transmission > now) continue;
    if (candidate.transmissions == 0 && candidate.purpose == Purpose::kCheck && turn > now) {
      candidate.next_transmission = turn;  // the first round, one by one
      turn += kPacing;
      continue;
    }
    Transmit(candidate, now, sink);
    turn += kPacing;
  }
}

void IceClient::Transmit(Candidate& candidate, Timestamp now, DatagramSink& sink) {
  // A consent check is never repeated (RFC 7675 §5.1): the next one is a new transaction.
  if (candidate.purpose == Purpose::kConsent && candidate.transmissions > 0) {
    Begin(candidate, Purpose::kConsent, now);
  }
  std::array<uint8_t, kMaxRequest> buffer{};
  StunWriter writer(StunType::kBindingRequest, candidate.transaction, buffer);
  writer.Username(username_);
  writer.Priority(kPriority);
  writer.IceControlling(tie_breaker_);
  if (candidate.purpose != Purpose::kCheck) writer.UseCandidate();
  key_.Seal(writer);
  sink.SendTo(candidate.address, writer.message());

  ++candidate.transmissions;
  const int doublings = std::min(candidate.transmissions - 1, 8);
  candidate.next_transmission =
      now +
      (candidate.purpose == Purpose::kConsent
           ? ConsentInterval()
           : std::min(kFirstRetransmission * (int64_t{1} << doublings), kLongestRetransmission));
}

TimeDelta IceClient::ConsentInterval() {
  return TimeDelta::Micros(static_cast<int64_t>(kConsentIntervalUs * (0.8 + 0.4 * jitter_.Unit())));
}

IceAgent::StunResult IceClient::OnStun(const SocketAddress& from, ByteView message, Timestamp now,
                                       DatagramSink&) {
  const auto response = StunMessage::Parse(message);
  // Errors are not acted upon: 401 would need no key to forge, and what a real one tells us, the
  // handshake's time limit tells as well.
  if (!response || response->type() != StunType::kBindingSuccess) return StunResult::kIgnored;
  const auto candidate =
      std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& c) {
        return c.transmissions > 0 && c.address == from &&
               c.transaction == response->transaction_id();
      });
  if (candidate == candidates_.end() || !key_.Authenticates(*response)) {
    return StunResult::kIgnored;
  }
  OnSuccess(*candidate, now);
  return StunResult::kAuthenticated;
}

void IceClient::OnSuccess(Candidate& candidate, Timestamp now) {
  const auto index = static_cast<size_t>(&candidate - candidates_.data());
  last_response_ = now;
  candidate.last_response = now;
  if (!selected_) {
    selected_ = index;
    Begin(candidate, Purpose::kNominate, now);
  } else if (*selected_ != index) {
    candidate.next_transmission = Timestamp::Infinite();  // answered, and not needed
  } else if (candidate.purpose == Purpose::kNominate) {
    // The others need no more checks: the peer has been told which one it is.
    for (Candidate& other : candidates_) other.next_transmission = Timestamp::Infinite();
    Begin(candidate, Purpose::kConsent, now + ConsentInterval());
  }
}

Timestamp IceClient::NextDeadline() const {
  Timestamp next = Timestamp::Infinite();
  for (const Candidate& candidate : candidates_) next = std::min(next, candidate.next_transmission);
  return next;
}

bool IceClient::IsValidated(const SocketAddress& address, Timestamp now) const {
  return std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& candidate) {
    return candidate.address == address && candidate.last_response &&
           now - *candidate.last_response < kConsentLifetime;
  });
}

std::optional<SocketAddress> IceClient::selected() const {
  if (!selected_) return std::nullopt;
  return candidates_[*selected_].address;
}

}  // namespace continuo
