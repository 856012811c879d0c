// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "media/encoded_frame.h"
#include "transport/tx/packetized_frame.h"

namespace continuo {

// Payload bytes per packet: what a 1200-byte datagram leaves beside IPv6, UDP, RTP, its extensions
// and the SRTP tag; and what a 64 kbit/s link carries in 50 ms.
inline constexpr size_t kMaxPayloadSize = 1100;
inline constexpr size_t kMaxThinPayloadSize = 400;
inline constexpr size_t kMinPayloadSize = 64;
inline constexpr size_t kLargestPayloadSize = 1400;

// Cuts the access units of one rendition into RTP payloads, once for all endpoints of the shard.
// VP8 (RFC 7741): a 15-bit picture id on each packet, packets of a frame of even size. H.264
// (RFC 6184, packetization-mode 1): neighbouring small NAL units share a STAP-A, large ones are cut
// into FU-A. Copies the frame once; allocates nothing once buffers have grown.
class Packetizer {
 public:
  // `max_payload` lies between kMinPayloadSize and kLargestPayloadSize; `first_picture_id` is best
  // random.
  Packetizer(VideoCodec codec, size_t max_payload, PacketizedFramePool& pool,
             uint16_t first_picture_id = 0);

  // An empty reference when the frame is of another codec, empty, or holds no NAL unit.
  PacketizedFrameRef Packetize(const EncodedFrame& frame);

 private:
  void PacketizeVp8(ByteView frame, PacketizedFrame& out);
  void PacketizeH264(ByteView access_unit, PacketizedFrame& out);
  void AddFragments(ByteView nal, PacketizedFrame& out);
  bool AddToAggregate(ByteView nal, PacketizedFrame& out);
  static void KeepHighestNri(uint8_t& header, uint8_t nal_header);
  static void BeginSlice(PacketizedFrame& out);
  static void EndSlice(PacketizedFrame& out);

  // What the last slice is: whether it can take another NAL unit.
  enum class Aggregation : uint8_t { kNone, kSingle, kStapA };

  VideoCodec codec_;
  size_t max_payload_;
  PacketizedFramePool& pool_;
  uint16_t picture_id_;
  Aggregation aggregation_ = Aggregation::kNone;
};

}  // namespace continuo
