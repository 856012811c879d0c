// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "hwaccel/engine.h"
#include "mcu/scene/scene.h"
#include "mcu/video/composer.h"
#include "media/encoded_frame.h"
#include "media/rendition.h"

namespace continuo {

// One room's pictures on one Engine, as the mixer makes them, but without its threads and clocks:
// frames go in, and every Tick() composes once and encodes every rendition.
class Room {
 public:
  Room(std::unique_ptr<Device> device, std::vector<VideoRendition> renditions);

  Engine& engine() { return engine_; }
  void SetScene(const Scene& scene);
  // Decodes somebody's frame and hangs the picture up. What cannot be decoded is a test's failure.
  void Receive(ParticipantId participant, const EncodedFrame& frame);
  // The same with a frame that may be harmed: a decoder that fails is thrown away, and another one
  // begins at the next key frame.
  void ReceiveHarmed(ParticipantId participant, const EncodedFrame& frame);
  void Forget(ParticipantId participant) { decoders_.erase(participant); }
  // The renditions' next frames, in their order.
  std::vector<OwnedEncodedFrame> Tick();
  PictureView Canvas(PixelSize size);

 private:
  Engine engine_;
  ComposerProbe probe_;
  std::unique_ptr<Composer> composer_;
  std::map<ParticipantId, std::unique_ptr<VideoDecoder>> decoders_;
  struct Encoder {
    VideoRendition rendition;
    std::unique_ptr<VideoEncoder> encoder;
  };
  std::vector<Encoder> encoders_;
  Timestamp now_;
};

}  // namespace continuo
