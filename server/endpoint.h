// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/time.h"
#include "media/rendition.h"
#include "server/room_fanout.h"
#include "transport/session/session.h"
#include "transport/session/session_observer.h"

namespace continuo {

// One participant on its shard: stands between its session and its room's fan-out. Hears the
// session until OnClosed(), and outlives it. Shard thread only.
class Endpoint final : public SessionObserver {
 public:
  // What the router wants to hear.
  struct Events {
    std::function<void(ParticipantId)> connected;
    std::function<void(ParticipantId, CloseReason)> closed;
    std::function<void(RoomId)> link_broken;
  };

  Endpoint(ParticipantId participant, VideoRendition rendition, EventLoop& loop, RoomFanout& fanout,
           const Events& events)
      : participant_(participant),
        rendition_(rendition),
        loop_(loop),
        fanout_(fanout),
        events_(events) {}

  void UseSession(Session& session) { session_ = &session; }
  Session* session() { return session_; }
  RoomFanout& fanout() { return fanout_; }

  void OnConnected() override {
    fanout_.Add(participant_, rendition_, *session_);
    events_.connected(participant_);
  }
  void OnVideoFrame(const EncodedFrame& frame) override {
    fanout_.ToMixer(participant_, frame, loop_.now());
  }
  void OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel>) override {
    fanout_.ToMixer(participant_, packet);
  }
  void OnKeyFrameRequested() override { fanout_.RequestRenditionKeyFrame(participant_); }
  void OnClosed(CloseReason reason) override {
    fanout_.Remove(participant_);
    session_ = nullptr;
    events_.closed(participant_, reason);
  }

 private:
  const ParticipantId participant_;
  const VideoRendition rendition_;
  EventLoop& loop_;
  RoomFanout& fanout_;
  const Events& events_;
  Session* session_ = nullptr;
};

}  // namespace continuo
