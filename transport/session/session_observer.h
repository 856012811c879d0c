// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "media/audio_packet.h"
#include "media/encoded_frame.h"
#include "transport/wire/rtp_extensions.h"

namespace continuo {

enum class CloseReason : uint8_t {
  kLocal,             // Close() was called
  kPeerLeft,          // DTLS close_notify
  kConsentLost,       // nothing authenticated for 30 s, RFC 7675
  kHandshakeTimeout,  // never connected
};

// Hears from one Session, on its thread, from inside its OnDatagram(), OnTimer() or Close(). May
// send through the session from there, but must not destroy it.
class SessionObserver {
 public:
  virtual ~SessionObserver() = default;

  // Keys are in place: media may be sent from now on.
  virtual void OnConnected() = 0;
  virtual void OnVideoFrame(const EncodedFrame& frame) = 0;
  virtual void OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel> level) = 0;
  // The peer cannot show our picture without a key frame (PLI, FIR). Rate limits are the encoder
  // owner's, who alone knows what a key frame costs.
  virtual void OnKeyFrameRequested() = 0;
  // The last call.
  virtual void OnClosed(CloseReason reason) = 0;
};

}  // namespace continuo
