// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "api/control_loop.h"
#include "base/event_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "crypto/certificate.h"
#include "mcu/link/link_memory.h"
#include "media/rendition.h"
#include "metrics/registry.h"
#include "transport/session/negotiation.h"
#include "transport/session/session_observer.h"
#include "transport/udp/udp_socket.h"
#include "transport/wire/socket_address.h"

namespace continuo {

class ShardRouter;

// A session as negotiated, to be put on a shard.
struct OpenSession {
  ParticipantId participant;
  RoomId room;
  VideoRendition rendition;
  LocalDescription local;
  NegotiatedMedia media;
};

// Hears of sessions, on the control thread.
class ShardObserver {
 public:
  virtual ~ShardObserver() = default;
  virtual void OnSessionConnected(ParticipantId participant) = 0;
  // Of a session that nobody closed by Close().
  virtual void OnSessionClosed(ParticipantId participant, CloseReason reason) = 0;
  // What the room's mixer wrote on the link cannot be from a mixer of ours.
  virtual void OnLinkBroken(RoomId room) = 0;
};

// One network shard: a thread with its own UDP socket, its sessions and its timers, no locks. This
// is its face towards the control thread, whose calls are posted over and whose answers come back
// the same way; the work is ShardRouter's.
class EdgeShard {
 public:
  struct Options {
    ShardIndex index;
    SocketAddress udp;
    PortSharing sharing = PortSharing::kExclusive;
  };
  // `certificate`, `control` and `observer` outlive the shard.
  static Result<std::unique_ptr<EdgeShard>> Start(const Options& options,
                                                  const Certificate& certificate,
                                                  ControlLoop& control, ShardObserver& observer);
  // Says goodbye to every peer and ends the thread.
  ~EdgeShard();
  EdgeShard(const EdgeShard&) = delete;
  EdgeShard& operator=(const EdgeShard&) = delete;

  ShardIndex index() const { return index_; }
  const SocketAddress& local_address() const { return local_address_; }
  void Register(MetricRegistry& registry) const;

  // All on the control thread.
  void Open(OpenSession open, std::function<void(const Status&)> done);
  void Close(ParticipantId participant);
  // The page of this session has gone. If its media has gone too, the session ends in seconds.
  void PageGone(ParticipantId participant);
  void RequestKeyFrame(ParticipantId participant);
  void SetLink(RoomId room, std::shared_ptr<LinkMemory> link);

 private:
  EdgeShard(ShardIndex index, ControlLoop& control);

  const ShardIndex index_;
  ControlLoop& control_;
  SocketAddress local_address_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<ShardRouter> router_;  // the shard's thread only, once that runs
  std::thread thread_;
};

}  // namespace continuo
