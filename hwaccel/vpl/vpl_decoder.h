// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "codecs/video_decoder.h"
#include "hwaccel/vpl/vpl_decode_session.h"

namespace continuo {

// Decodes H.264 with oneVPL into VASurfaces. Takes pictures from the runtime as they are decoded,
// so that none waits for a buffer to fill, and puts those of a stream with B-frames in order
// itself, by their timestamps: as many are held back as the stream says, or, where it says nothing,
// as it turns out to need. What is of full range, or cropped at the top or left, is kUnsupported: a
// surface cannot say so. After an error of its own the runtime is given another session at the next
// key frame. What it calls a failed device may be a damaged stream: then the display is asked
// whether it still works, and a stream that fails at a key frame is kUnsupported.
class VplDecoder final : public VideoDecoder {
 public:
  explicit VplDecoder(const VplParts& parts) : parts_(parts) {}
  ~VplDecoder() override;

  Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) override;

 private:
  struct Times {
    uint32_t rtp_timestamp = 0;
    Timestamp capture_time;
  };
  struct Waiting {
    Times times;
    VplSurfacePool::Slot* slot;
  };
  using Frame = std::unique_ptr<const VideoFrame>;

  // The access unit of `frame`, behind parameter sets that came alone, in memory of our own.
  // Nothing when it has no picture.
  std::optional<EncodedFrame> Assemble(const EncodedFrame& frame);
  Status OpenFor(ByteView sps_unit);
  Result<VplSurfacePool::Slot*> DecodeOnDevice(const EncodedFrame& frame, bool is_key);
  // What the error means, and the end of the session.
  Error Judge(Error error, bool is_key);
  Result<Frame> Show(VplSurfacePool::Slot& decoded);
  Frame Wrap(const Waiting& picture);
  void DropWaiting();

  const VplParts parts_;
  std::vector<uint8_t> input_;
  std::vector<uint8_t> parameter_sets_;  // that came without a picture, for the next one
  std::vector<uint8_t> sps_;             // that the session was opened for
  std::unique_ptr<VplDecodeSession> session_;
  bool damaged_ = false;  // since the last key frame
  // The times of the last frames by serial number, which travels through the runtime as the time
  // stamp.
  std::array<Times, 32> times_;
  uint64_t serial_ = 0;
  // Pictures that wait for earlier ones, by RTP timestamp.
  std::vector<Waiting> waiting_;
  size_t depth_ = 0;               // how many may wait
  bool depth_known_ = true;        // the stream said so
  std::optional<uint32_t> shown_;  // the timestamp of the last
};

}  // namespace continuo
