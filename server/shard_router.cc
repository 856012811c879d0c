// SPDX-License-Identifier: Apache-2.0
#include "server/shard_router.h"

#include <utility>

namespace continuo {
namespace {

constexpr size_t kReceiveBlocks = 16 * 1024;  // 24 MB of packets that wait for others
// A page that has gone takes its media with it at once; one whose events merely broke does not.
constexpr TimeDelta kSilence = TimeDelta::Seconds(2);
constexpr TimeDelta kLookEvery = TimeDelta::Millis(500);
constexpr TimeDelta kLookFor = TimeDelta::Seconds(10);

}  // namespace

ShardRouter::ShardRouter(ShardIndex shard, EventLoop& loop, std::unique_ptr<UdpSocket> socket,
                         std::unique_ptr<DtlsContext> dtls, Endpoint::Events events)
    : loop_(loop),
      shard_(shard),
      socket_(std::move(socket)),
      dtls_(std::move(dtls)),
      to_control_(std::move(events)),
      events_{
          to_control_.connected,
          [this](ParticipantId participant, CloseReason reason) { OnClosed(participant, reason); },
          to_control_.link_broken},
      arena_(kReceiveBlocks),
      environment_{*dtls_, *socket_, arena_, transport_probe_},
      mux_(shard, {}, *this, mux_probe_) {}

ShardRouter::~ShardRouter() = default;

Status ShardRouter::Start() {
  loop_.EndEachTurnWith([this](Timestamp now) { return EndTurn(now); });
  return loop_.WatchReadable(socket_->fd(), [this] { socket_->ReceiveBatch(*this); });
}

void ShardRouter::Stop() {
  std::vector<ParticipantId> all;
  for (const auto& [participant, placed] : endpoints_) all.push_back(participant);
  for (const ParticipantId participant : all) Close(participant);
  socket_->Flush();
}

void ShardRouter::OnDatagram(const SocketAddress& from, MutableBytes datagram) {
  mux_.OnDatagram(from, datagram, loop_.now());
}

Timestamp ShardRouter::EndTurn(Timestamp now) {
  if (mux_.NextDeadline() <= now) mux_.OnTimer(now);
  leaving_.clear();
  socket_->Flush();
  return mux_.NextDeadline();
}

Status ShardRouter::Open(OpenSession open) {
  auto endpoint = std::make_unique<Endpoint>(open.participant, open.rendition, loop_,
                                             FanoutOf(open.room), events_);
  auto session = Session::Create({SessionRole::kServer, std::move(open.local),
                                  std::move(open.media), SpecOf(open.rendition.rung).video_rate},
                                 environment_, *endpoint, loop_.now());
  if (!session) return tl::unexpected(session.error());
  endpoint->UseSession(**session);
  if (auto added = mux_.Add(std::move(*session)); !added) return added;
  endpoints_[open.participant] = {open.room, std::move(endpoint)};
  return {};
}

Session* ShardRouter::FindSession(ParticipantId participant) {
  const auto it = endpoints_.find(participant);
  return it == endpoints_.end() ? nullptr : it->second.endpoint->session();
}

void ShardRouter::Close(ParticipantId participant) {
  if (Session* session = FindSession(participant)) session->Close();
}

void ShardRouter::RequestKeyFrame(ParticipantId participant) {
  if (Session* session = FindSession(participant)) session->RequestKeyFrame(loop_.now());
}

void ShardRouter::PageGone(ParticipantId participant) {
  CheckPresence(participant, loop_.now() + kLookFor);
}

void ShardRouter::CheckPresence(ParticipantId participant, Timestamp give_up) {
  Session* session = FindSession(participant);
  if (session == nullptr || loop_.now() > give_up) return;
  const auto last = session->last_activity();
  if (!last || loop_.now() - *last >= kSilence) return session->Close();
  loop_.CallAt(loop_.now() + kLookEvery,
               [this, participant, give_up] { CheckPresence(participant, give_up); });
}

void ShardRouter::OnClosed(ParticipantId participant, CloseReason reason) {
  auto node = endpoints_.extract(participant);
  if (!node.empty()) leaving_.push_back(std::move(node.mapped()));
  to_control_.closed(participant, reason);
}

RoomFanout& ShardRouter::FanoutOf(RoomId room) {
  auto& fanout = fanouts_[room];
  if (!fanout) {
    fanout = std::make_unique<RoomFanout>(shard_, loop_, pool_, fanout_probe_,
                                          [this, room] { to_control_.link_broken(room); });
  }
  return *fanout;
}

void ShardRouter::SetLink(RoomId room, std::shared_ptr<LinkMemory> link) {
  const bool over = link == nullptr;
  FanoutOf(room).SetLink(std::move(link));
  if (!over) return;
  const auto in_room = [&](const Placed& placed) { return placed.room == room; };
  bool used = false;
  for (const auto& [participant, placed] : endpoints_) used |= in_room(placed);
  for (const Placed& placed : leaving_) used |= in_room(placed);
  if (!used) fanouts_.erase(room);
}

}  // namespace continuo
