// SPDX-License-Identifier: Apache-2.0
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <memory>
#include <mutex>

#include "softva/decode/picture_decoder.h"

namespace softva {

// Which is the picture's own of the frames that libavcodec asks memory for while it takes a packet,
// where pictures are missing: it fills a gap in H.264 before the picture, and makes up references
// that HEVC misses when it has begun it.
enum class OwnFrame { kLast, kFirst };

// A PictureDecoder that is libavcodec's in software. libavcodec gives pictures back in output
// order, much later; a driver has to have each one when its slices have been decoded. So this keeps
// hold of the frame that libavcodec asks memory for: when the packet has been taken, it is whole.
// What libavcodec gives back is thrown away. A GPU keeps nothing between pictures, but libavcodec
// keeps what a damaged one left in it: so after such a one it begins anew at the next picture that
// needs nothing of what came before, and has its headers with it.
class LibavDecoder : public PictureDecoder {
 public:
  // Null where libavcodec lacks the codec.
  static std::unique_ptr<LibavDecoder> Create(AVCodecID codec, OwnFrame own = OwnFrame::kLast);
  ~LibavDecoder() override;

  VAStatus Decode(const CodedPicture& picture, Surface& target, Surface* grain_target) override;

 private:
  LibavDecoder(const AVCodec* library, OwnFrame own) : library_(library), own_(own) {}
  static int GetBuffer(AVCodecContext* codec, AVFrame* frame, int flags);
  bool Open();
  int Send(const CodedPicture& picture);

  const AVCodec* const library_;
  const OwnFrame own_;
  std::mutex mutex_;  // over all below: two contexts may share it where one follows the other
  AVCodecContext* codec_ = nullptr;
  bool damaged_ = false;
  AVFrame* current_ = nullptr;  // what is being decoded into
  AVFrame* output_ = nullptr;
  AVPacket* packet_ = nullptr;
};

}  // namespace softva
