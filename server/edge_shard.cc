// SPDX-License-Identifier: Apache-2.0
#include "server/edge_shard.h"

#include <utility>

#include "base/thread_role.h"
#include "server/shard_router.h"

namespace continuo {

EdgeShard::EdgeShard(ShardIndex index, ControlLoop& control) : index_(index), control_(control) {}

Result<std::unique_ptr<EdgeShard>> EdgeShard::Start(const Options& options,
                                                    const Certificate& certificate,
                                                    ControlLoop& control, ShardObserver& observer) {
  auto loop = EventLoop::Create();
  if (!loop) return tl::unexpected(loop.error());
  const bool any = options.udp.IsUnspecified() && !options.udp.IsIpv4();
  auto socket = any ? UdpSocket::CreateOnAnyAddress(options.udp.port(), options.sharing)
                    : UdpSocket::Create(options.udp, options.sharing);
  if (!socket) return tl::unexpected(socket.error());
  auto dtls = DtlsContext::Create(certificate);
  if (!dtls) return tl::unexpected(dtls.error());

  std::unique_ptr<EdgeShard> shard(new EdgeShard(options.index, control));
  shard->local_address_ = (*socket)->local_address();
  shard->loop_ = std::move(*loop);
  Endpoint::Events events{
      [&control, &observer](ParticipantId participant) {
        control.Post([&observer, participant] { observer.OnSessionConnected(participant); });
      },
      [&control, &observer](ParticipantId participant, CloseReason reason) {
        control.Post(
            [&observer, participant, reason] { observer.OnSessionClosed(participant, reason); });
      },
      [&control, &observer](RoomId room) {
        control.Post([&observer, room] { observer.OnLinkBroken(room); });
      }};
  shard->router_ = std::make_unique<ShardRouter>(options.index, *shard->loop_, std::move(*socket),
                                                 std::move(*dtls), std::move(events));
  if (auto started = shard->router_->Start(); !started) return tl::unexpected(started.error());
  shard->thread_ = std::thread([raw = shard.get()] {
    kShardThread.Enter();
    raw->loop_->Run();
  });
  return shard;
}

EdgeShard::~EdgeShard() {
  if (!thread_.joinable()) return;
  loop_->Post([this] { router_->Stop(); });
  loop_->Stop();
  thread_.join();
}

void EdgeShard::Register(MetricRegistry& registry) const { router_->Register(registry); }

void EdgeShard::Open(OpenSession open, std::function<void(const Status&)> done) {
  loop_->Post([this, open = std::move(open), done = std::move(done)]() mutable {
    const Status opened = router_->Open(std::move(open));
    control_.Post([opened, done = std::move(done)] { done(opened); });
  });
}

void EdgeShard::Close(ParticipantId participant) {
  loop_->Post([this, participant] { router_->Close(participant); });
}

void EdgeShard::PageGone(ParticipantId participant) {
  loop_->Post([this, participant] { router_->PageGone(participant); });
}

void EdgeShard::RequestKeyFrame(ParticipantId participant) {
  loop_->Post([this, participant] { router_->RequestKeyFrame(participant); });
}

void EdgeShard::SetLink(RoomId room, std::shared_ptr<LinkMemory> link) {
  loop_->Post([this, room, link = std::move(link)] { router_->SetLink(room, link); });
}

}  // namespace continuo
