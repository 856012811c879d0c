// SPDX-License-Identifier: Apache-2.0
#include "transport/session/session_mux.h"

#include <string_view>
#include <utility>
#include <vector>

#include "crypto/random.h"
#include "transport/ice/ice_lite.h"
#include "transport/wire/rtp_header.h"
#include "transport/wire/stun.h"

namespace continuo {
namespace {

// The part of a check's USERNAME that names us; empty when there is none.
std::string_view OurUfrag(ByteView datagram) {
  const auto message = StunMessage::Parse(datagram);
  if (!message || message->type() != StunType::kBindingRequest || !message->username()) return {};
  const size_t colon = message->username()->find(':');
  return colon == std::string_view::npos ? std::string_view()
                                         : message->username()->substr(0, colon);
}

}  // namespace

SessionMux::SessionMux(ShardIndex shard, Limits limits, ShardNeighbours& neighbours,
                       SessionMuxProbe& probe)
    : shard_(shard),
      limits_(limits),
      neighbours_(neighbours),
      probe_(probe),
      rate_limit_(RandomU64()) {}

SessionMux::~SessionMux() = default;

Status SessionMux::Add(std::unique_ptr<Session> session) {
  if (full()) {
    probe_.sessions_refused.Add();
    return Fail(ErrorCode::kResourceExhausted, "this server has all the sessions that it may have");
  }
  const std::string ufrag = session->local().ice.ufrag;
  const auto [at, added] = sessions_.try_emplace(ufrag);
  if (!added) return Fail(ErrorCode::kAlreadyExists, "a session with this ufrag exists");
  at->second.session = std::move(session);
  probe_.sessions.Set(static_cast<int64_t>(sessions_.size()));
  return {};
}

void SessionMux::OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now) {
  const auto known = by_address_.find(from);
  if (ClassifyDatagram(datagram) == DatagramKind::kStun) {
    OnStun(from, datagram, now, known == by_address_.end() ? nullptr : known->second, nullptr);
  } else if (known != by_address_.end()) {
    known->second->OnDatagram(from, datagram, now);
  } else {
    PassOnOrDrop(from, datagram);
  }
}

void SessionMux::OnPassedOn(ShardIndex via, const SocketAddress& from, MutableBytes datagram,
                            Timestamp now) {
  const auto known = by_address_.find(from);
  Session* session = known == by_address_.end() ? nullptr : known->second;
  if (ClassifyDatagram(datagram) == DatagramKind::kStun) {
    OnStun(from, datagram, now, session, &via);
  } else if (session != nullptr) {
    session->OnDatagram(from, datagram, now);
  } else {
    probe_.unknown_source.Add();
  }
}

void SessionMux::OnStun(const SocketAddress& from, MutableBytes datagram, Timestamp now,
                        Session* known, const ShardIndex* via) {
  if (known == nullptr && !rate_limit_.Admit(from, now)) {
    probe_.rate_limited.Add();
    return;
  }
  const std::string_view ufrag = OurUfrag(datagram);
  const auto entry = sessions_.find(std::string(ufrag));
  if (entry == sessions_.end()) {
    const auto owner = ShardOfUfrag(ufrag);
    if (via == nullptr && owner && *owner != shard_) {
      probe_.foreign_shard.Add();
      neighbours_.PassOn(*owner, from, datagram);
    } else {
      probe_.unknown_ufrag.Add();
    }
    return;
  }
  Session* session = entry->second.session.get();
  session->OnDatagram(from, datagram, now);
  if (session == known || !session->IsAt(from, now)) return;
  Learn(entry->second, from);
  if (via != nullptr) neighbours_.Announce(*via, from);
}

void SessionMux::Learn(Entry& entry, const SocketAddress& address) {
  foreign_.erase(address);
  by_address_[address] = entry.session.get();
  std::erase(entry.addresses, address);
  entry.addresses.push_back(address);
  if (entry.addresses.size() > IceLite::kMaxAddresses) {
    Forget(entry.addresses.front(), entry.session.get());
    entry.addresses.erase(entry.addresses.begin());
  }
}

// Unless the address has become another session's.
void SessionMux::Forget(const SocketAddress& address, const Session* session) {
  const auto at = by_address_.find(address);
  if (at != by_address_.end() && at->second == session) by_address_.erase(at);
}

void SessionMux::OnAnnounced(ShardIndex owner, const SocketAddress& address) {
  if (owner == shard_ || by_address_.contains(address)) return;
  // Full means that many peers have moved away: forgetting one costs it a check, no more.
  if (foreign_.size() >= limits_.foreign_addresses && !foreign_.contains(address)) {
    foreign_.erase(foreign_.begin());
  }
  foreign_[address] = owner;
}

void SessionMux::PassOnOrDrop(const SocketAddress& from, ByteView datagram) {
  const auto owner = foreign_.find(from);
  if (owner == foreign_.end()) {
    probe_.unknown_source.Add();
    return;
  }
  neighbours_.PassOn(owner->second, from, datagram);
}

Timestamp SessionMux::NextDeadline() const {
  return sessions_.empty() ? Timestamp::Infinite() : last_tick_ + kTick;
}

void SessionMux::OnTimer(Timestamp now) {
  if (now < last_tick_ + kTick) return;
  last_tick_ = now;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    Session* session = at->second.session.get();
    if (!session->closed() && session->NextDeadline() <= now) session->OnTimer(now);
    if (!session->closed()) {
      ++at;
      continue;
    }
    for (const SocketAddress& address : at->second.addresses) Forget(address, session);
    at = sessions_.erase(at);
    probe_.sessions.Set(static_cast<int64_t>(sessions_.size()));
  }
}

}  // namespace continuo
