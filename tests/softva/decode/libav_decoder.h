// SPDX-License-Identifier: Apache-2.0
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <memory>

#include "softva/decode/picture_decoder.h"

namespace softva {

// A PictureDecoder that is libavcodec's in software. libavcodec gives pictures back in output
// order, much later; a driver has to have each one when its slices have been decoded. So this keeps
// hold of the frame that libavcodec asks memory for: when the packet has been taken, it is whole.
// What libavcodec gives back is thrown away.
class LibavDecoder : public PictureDecoder {
 public:
  // Null where libavcodec lacks the codec.
  static std::unique_ptr<LibavDecoder> Create(AVCodecID codec);
  ~LibavDecoder() override;

  VAStatus Decode(const CodedPicture& picture, Surface& target) override;

 private:
  LibavDecoder() = default;
  static int GetBuffer(AVCodecContext* codec, AVFrame* frame, int flags);
  int Send(const CodedPicture& picture);

  AVCodecContext* codec_ = nullptr;
  AVFrame* current_ = nullptr;  // what is being decoded into
  AVFrame* output_ = nullptr;
  AVPacket* packet_ = nullptr;
};

}  // namespace softva
