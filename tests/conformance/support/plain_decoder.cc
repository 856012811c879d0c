// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/plain_decoder.h"

#include <ostream>

#include "base/check.h"
#include "tests/conformance/support/picture_match.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace continuo {
namespace {

struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

}  // namespace

void PrintTo(const ShownPicture& picture, std::ostream* out) {
  *out << "picture " << picture.rtp_timestamp / kTicksPerPicture << ", " << picture.size.width
       << 'x' << picture.size.height << ", " << std::hex << picture.digest << std::dec;
}

void PlainDecoder::Free::operator()(AVCodecContext* context) const {
  avcodec_free_context(&context);
}

PlainDecoder::PlainDecoder(VideoCodec codec) {
  const AVCodec* const decoder =
      avcodec_find_decoder(codec == VideoCodec::kVp8 ? AV_CODEC_ID_VP8 : AV_CODEC_ID_H264);
  context_.reset(avcodec_alloc_context3(decoder));
  CONTINUO_CHECK(context_ != nullptr);
  context_->thread_count = 1;
  // To the pixel, at the left and at the top too.
  context_->flags |= AV_CODEC_FLAG_UNALIGNED;
  CONTINUO_CHECK(avcodec_open2(context_.get(), decoder, nullptr) == 0);
}

PlainDecoder::~PlainDecoder() = default;

std::vector<ShownPicture> PlainDecoder::Decode(const OwnedEncodedFrame& frame) {
  const std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
  CONTINUO_CHECK(av_new_packet(packet.get(), static_cast<int>(frame.payload.size())) == 0);
  std::copy(frame.payload.begin(), frame.payload.end(), packet->data);
  packet->pts = frame.rtp_timestamp;
  CONTINUO_CHECK(avcodec_send_packet(context_.get(), packet.get()) == 0);
  return Receive();
}

std::vector<ShownPicture> PlainDecoder::Flush() {
  avcodec_send_packet(context_.get(), nullptr);
  return Receive();
}

std::vector<ShownPicture> PlainDecoder::Receive() {
  std::vector<ShownPicture> shown;
  while (true) {
    const std::unique_ptr<AVFrame, FreeFrame> frame(av_frame_alloc());
    if (avcodec_receive_frame(context_.get(), frame.get()) < 0) return shown;
    I420View picture{{frame->width, frame->height}};
    for (size_t plane = 0; plane < 3; ++plane) {
      picture.planes[plane] = frame->data[plane];
      picture.strides[plane] = frame->linesize[plane];
    }
    shown.push_back({static_cast<uint32_t>(frame->pts), picture.size, DigestOf(picture)});
  }
}

std::vector<ShownPicture> AllPicturesOf(const Stream& stream) {
  PlainDecoder decoder(stream.front().codec);
  std::vector<ShownPicture> all;
  for (const OwnedEncodedFrame& frame : stream) {
    for (const ShownPicture& picture : decoder.Decode(frame)) all.push_back(picture);
  }
  for (const ShownPicture& picture : decoder.Flush()) all.push_back(picture);
  return all;
}

}  // namespace continuo
