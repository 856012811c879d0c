// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/audio_sender.h"

namespace continuo {

void AudioSender::SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now) {
  // RFC 3551 §4.1: the marker begins a talkspurt. We never stop sending, so there is one.
  const bool marker = !std::exchange(started_, true);
  clock_.OnMedia(rtp_timestamp, now);
  probe_.packets.Add();
  probe_.bytes.Add(opus.size());
  stream_.Send(rtp_timestamp, marker, opus, now);
}

}  // namespace continuo
