// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sequence.h"
#include "base/time.h"
#include "media/audio_packet.h"
#include "media/encoded_frame.h"

struct AVFormatContext;
struct AVPacket;

namespace continuo {

// Writes what an endpoint receives into a Matroska file, as it came: nothing is decoded or encoded
// again. The file begins with the first key frame, whose size it needs. Times are each stream's own
// RTP clock, set side by side at their first packet. One thread.
class Recorder {
 public:
  // Creates the file, so that a path that cannot be written is an error at once.
  static Result<std::unique_ptr<Recorder>> Create(const std::string& path, VideoCodec codec);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void OnVideoFrame(const EncodedFrame& frame, Timestamp now);
  void OnAudioPacket(const AudioPacket& packet, Timestamp now);
  // Writes the index. An error if nothing was received.
  Status Finish();

 private:
  // One stream's RTP clock on the file's time line.
  struct TrackClock {
    std::optional<int64_t> first_timestamp;
    int64_t offset_us = 0;
    int64_t last_us = -1;
  };

  Recorder(AVFormatContext* file, VideoCodec codec);
  Status Begin(const EncodedFrame& key_frame);
  // Microseconds since the file began; nothing when it would go backwards.
  std::optional<int64_t> Place(TrackClock& clock, int64_t timestamp, int rate, Timestamp now);
  void Write(int stream, ByteView payload, int64_t time_us, bool key);

  AVFormatContext* file_;
  AVPacket* packet_;
  const VideoCodec codec_;
  std::optional<Timestamp> began_;
  TrackClock video_;
  TrackClock audio_;
  RtpTimestampUnwrapper video_timestamps_;
};

}  // namespace continuo
