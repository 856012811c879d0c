// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "metrics/registry.h"
#include "server/edge_shard.h"
#include "server/endpoint.h"
#include "server/room_fanout.h"
#include "transport/dtls/dtls_transport.h"
#include "transport/rx/receive_arena.h"
#include "transport/session/session_environment.h"
#include "transport/session/session_mux.h"
#include "transport/tx/packetized_frame.h"
#include "transport/udp/udp_socket.h"

namespace continuo {

// What one network shard does, on its own thread: datagrams from the socket to sessions, sessions'
// media to the rooms' mixers and back, timers. Made before the thread runs; from then on that
// thread's alone.
class ShardRouter final : private DatagramReceiver, private ShardNeighbours {
 public:
  ShardRouter(ShardIndex shard, EventLoop& loop, std::unique_ptr<UdpSocket> socket,
              std::unique_ptr<DtlsContext> dtls, Endpoint::Events events);
  ~ShardRouter() override;

  Status Start();
  // Says goodbye to every peer.
  void Stop();

  Status Open(OpenSession open);
  void Close(ParticipantId participant);
  void PageGone(ParticipantId participant);
  void RequestKeyFrame(ParticipantId participant);
  void SetLink(RoomId room, std::shared_ptr<LinkMemory> link);

  const UdpSocket& socket() const { return *socket_; }
  void Register(MetricRegistry& registry) const;

 private:
  void OnDatagram(const SocketAddress& from, MutableBytes datagram) override;
  // One shard has no neighbours.
  void PassOn(ShardIndex, const SocketAddress&, ByteView) override {}
  void Announce(ShardIndex, const SocketAddress&) override {}

  RoomFanout& FanoutOf(RoomId room);
  Session* FindSession(ParticipantId participant);
  Timestamp EndTurn(Timestamp now);
  void CheckPresence(ParticipantId participant, Timestamp give_up);
  void OnClosed(ParticipantId participant, CloseReason reason);

  EventLoop& loop_;
  const ShardIndex shard_;
  const std::unique_ptr<UdpSocket> socket_;
  const std::unique_ptr<DtlsContext> dtls_;
  const Endpoint::Events to_control_;
  const Endpoint::Events events_;

  TransportProbe transport_probe_;
  SessionMuxProbe mux_probe_;
  FanoutProbe fanout_probe_;
  ReceiveArena arena_;
  PacketizedFramePool pool_;
  const SessionEnvironment environment_;

  struct Placed {
    RoomId room;
    std::unique_ptr<Endpoint> endpoint;
  };
  std::unordered_map<RoomId, std::unique_ptr<RoomFanout>> fanouts_;
  std::unordered_map<ParticipantId, Placed> endpoints_;
  // Closed, but perhaps still in the call that closed them.
  std::vector<Placed> leaving_;
  SessionMux mux_;
};

}  // namespace continuo
