// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/ice_lite.h"

#include <algorithm>

#include "transport/wire/stun.h"

namespace continuo {
namespace {

// No larger than the request that it answers: whoever forges a source address gains nothing.
void Respond(const StunWriter& writer, const SocketAddress& to, size_t request_size,
             DatagramSink& sink, IceLite::Counters& counters) {
  const ByteView response = writer.message();
  if (response.empty() || response.size() > request_size) {
    ++counters.responses_withheld;
    return;
  }
  sink.SendTo(to, response);
}

enum class Signed : uint8_t { kNo, kYes };

// An ERROR-CODE without a reason phrase: legal (RFC 8489 §14.8), and it fits the smallest request.
struct Refusal {
  int code = 0;
  Signed with_integrity = Signed::kNo;
};

constexpr size_t kMaxResponse = 128;

}  // namespace

IceLite::IceLite(const IceCredentials& ours, const IceCredentials& theirs)
    : key_(ours.pwd), expected_username_(ours.ufrag + ':' + theirs.ufrag) {}

IceAgent::StunResult IceLite::OnStun(const SocketAddress& from, ByteView message, Timestamp now,
                                     DatagramSink& sink) {
  const auto request = StunMessage::Parse(message);
  // Indications keep a binding alive and ask for no answer; responses answer nothing of ours.
  if (!request || request->type() != StunType::kBindingRequest) return StunResult::kIgnored;

  std::optional<Refusal> refusal;
  bool authentic = false;
  if (!request->username() || !request->has_integrity()) {
    refusal = Refusal{400};  // RFC 8489 §9.1.3
  } else if (*request->username() != expected_username_ || !key_.Authenticates(*request)) {
    refusal = Refusal{401};  // the same for both: it tells a guesser nothing
  } else if (!request->has_fingerprint()) {
    refusal = Refusal{400, Signed::kYes};  // RFC 8445 §7.1.1 requires it
  } else if (!request->unknown_required().empty()) {
    refusal = Refusal{420, Signed::kYes};  // RFC 8489 §6.3.1
  } else if (request->ice_controlled()) {
    // A lite agent never becomes controlling, whatever the tie-breakers say. RFC 8445 §7.3.1.1.
    refusal = Refusal{487, Signed::kYes};
  } else {
    authentic = true;
  }

  std::array<uint8_t, kMaxResponse> buffer{};
  if (!authentic) {
    ++counters_.checks_refused;
    StunWriter writer(StunType::kBindingError, request->transaction_id(), buffer);
    writer.ErrorCode(refusal->code, {});
    if (refusal->code == 420) writer.UnknownAttributes(request->unknown_required());
    if (refusal->with_integrity == Signed::kYes) {
      key_.Seal(writer);
    } else {
      writer.AppendFingerprint();
    }
    Respond(writer, from, message.size(), sink, counters_);
    return StunResult::kIgnored;
  }

  OnCheck(from, request->use_candidate() ? Nominates::kYes : Nominates::kNo, now);
  StunWriter writer(StunType::kBindingSuccess, request->transaction_id(), buffer);
  writer.XorMappedAddress(from);
  key_.Seal(writer);
  Respond(writer, from, message.size(), sink, counters_);
  return StunResult::kAuthenticated;
}

void IceLite::OnCheck(const SocketAddress& from, Nominates nominates, Timestamp now) {
  ++counters_.checks_answered;
  last_check_ = now;
  Remember(from, now);
  if (nominates == Nominates::kYes) {
    if (nominated_ && selected_ != from) ++counters_.migrations;
    nominated_ = true;
    selected_ = from;
  } else if (!selected_) {
    selected_ = from;
  }
}

void IceLite::Remember(const SocketAddress& address, Timestamp now) {
  const auto end = known_.begin() + static_cast<std::ptrdiff_t>(known_count_);
  auto slot = std::find_if(known_.begin(), end,
                           [&](const Known& known) { return known.address == address; });
  if (slot == end) {
    if (known_count_ < kMaxAddresses) {
      ++known_count_;
    } else {
      // The selected address stays, whoever else is silent.
      slot = std::min_element(known_.begin(), end, [&](const Known& a, const Known& b) {
        const bool a_stays = a.address == selected_;
        const bool b_stays = b.address == selected_;
        return a_stays != b_stays ? b_stays : a.last_check < b.last_check;
      });
    }
  }
  *slot = {address, now};
}

bool IceLite::IsValidated(const SocketAddress& address, Timestamp now) const {
  return std::any_of(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(known_count_),
                     [&](const Known& known) {
                       return known.address == address && now - known.last_check < kConsentLifetime;
                     });
}

}  // namespace continuo
