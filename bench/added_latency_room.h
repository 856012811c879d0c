// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/control_loop.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/ring.h"
#include "mcu/mixer/mixer.h"
#include "media/encoded_frame.h"
#include "media/rendition.h"
#include "server/edge_shard.h"

namespace continuo {

// A live room on this machine: one network shard of the edge on a loopback port, the link, and a
// mixer, all of the product and on their own threads, less HTTP and the control plane. The link has
// a second shard's rings, which nobody serves: there the bench reads what the mixer made, and when.
class LatencyRoom final : private ShardObserver {
 public:
  static constexpr VideoRendition kRendition{VideoCodec::kH264, Rung::kHd};

  // An access unit of the rendition as it came out of the mixer.
  struct MixedFrame {
    OwnedEncodedFrame frame;  // capture_time: when its canvas was composed
    Timestamp on_link;
  };

  // Participants 1 to `senders` have a tile and a voice; the next one only listens.
  static Result<std::unique_ptr<LatencyRoom>> Create(uint32_t senders);
  ~LatencyRoom() override;

  const Certificate& certificate() const { return certificate_; }
  // The answer to this participant's offer.
  Result<std::string> Join(uint32_t participant, const std::string& offer);

  // Readable when there is something for ReadMixed(). One thread.
  int mixed_fd() const { return link_->wake_shard_fd(kTap); }
  void ReadMixed(std::vector<MixedFrame>& frames);

 private:
  static constexpr int kTap = 1;  // the second shard

  LatencyRoom(Certificate certificate, std::shared_ptr<LinkMemory> link);
  Status StartShard();
  Status StartMixer();
  void SendScene(uint32_t senders);

  void OnSessionConnected(ParticipantId) override {}
  void OnSessionClosed(ParticipantId, CloseReason) override {}
  void OnLinkBroken(RoomId) override {}

  const Certificate certificate_;
  const std::shared_ptr<LinkMemory> link_;
  RingConsumer tap_;
  RingConsumer tap_audio_;
  ControlLoop control_;
  std::unique_ptr<EdgeShard> shard_;
  std::unique_ptr<Mixer> mixer_;
  std::thread mixer_thread_;
  std::thread control_thread_;
};

}  // namespace continuo
