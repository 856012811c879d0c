// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "transport/session/session.h"
#include "transport/session/session_probe.h"
#include "transport/session/stun_rate_limit.h"
#include "transport/wire/socket_address.h"

namespace continuo {

// How the shards of one process, which share a UDP port, hand each other what the kernel gave to
// the wrong one. Implemented with rings, in server/. May drop.
class ShardNeighbours {
 public:
  virtual ~ShardNeighbours() = default;
  // For OnPassedOn() of shard `to`. The bytes are borrowed.
  virtual void PassOn(ShardIndex to, const SocketAddress& from, ByteView datagram) = 0;
  // For OnAnnounced() of shard `to`: a peer of this shard's proved to be at `address`.
  virtual void Announce(ShardIndex to, const SocketAddress& address) = 0;
};

// The sessions of one network shard, and which datagram is whose: by source address once the peer
// has proved to be there, by the ufrag of its STUN before that. Owns the sessions and lets go of
// them after they have closed, at the next OnTimer(). Whatever belongs to nobody is counted and
// dropped without an answer. Tables that strangers could fill are capped. The shard's thread;
// Add() is not called from inside a SessionObserver.
class SessionMux {
 public:
  // How often sessions are looked at: fine enough for the pacer, and cheap with hundreds of them.
  static constexpr TimeDelta kTick = TimeDelta::Millis(5);

  struct Limits {
    size_t sessions = 500;
    size_t foreign_addresses = 2048;
  };

  // `neighbours` and `probe` outlive the mux.
  SessionMux(ShardIndex shard, Limits limits, ShardNeighbours& neighbours, SessionMuxProbe& probe);
  ~SessionMux();

  // Takes a session that has not closed. kResourceExhausted when there are too many.
  Status Add(std::unique_ptr<Session> session);
  bool full() const { return sessions_.size() >= limits_.sessions; }
  size_t size() const { return sessions_.size(); }

  void OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now);
  // A datagram that arrived at shard `via`.
  void OnPassedOn(ShardIndex via, const SocketAddress& from, MutableBytes datagram, Timestamp now);
  // What comes from `address` is shard `owner`'s.
  void OnAnnounced(ShardIndex owner, const SocketAddress& address);

  // Infinite when there are no sessions.
  Timestamp NextDeadline() const;
  void OnTimer(Timestamp now);

 private:
  struct Entry {
    std::unique_ptr<Session> session;
    std::vector<SocketAddress> addresses;  // that lead to it, the newest last
  };

  void OnStun(const SocketAddress& from, MutableBytes datagram, Timestamp now, Session* known,
              const ShardIndex* via);
  void Learn(Entry& entry, const SocketAddress& address);
  void Forget(const SocketAddress& address, const Session* session);
  void PassOnOrDrop(const SocketAddress& from, ByteView datagram);

  const ShardIndex shard_;
  const Limits limits_;
  ShardNeighbours& neighbours_;
  SessionMuxProbe& probe_;
  StunRateLimit rate_limit_;
  std::unordered_map<std::string, Entry> sessions_;  // by our ufrag
  std::unordered_map<SocketAddress, Session*> by_address_;
  std::unordered_map<SocketAddress, ShardIndex> foreign_;
  Timestamp last_tick_;
};

}  // namespace continuo
