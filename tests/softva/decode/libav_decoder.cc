// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/libav_decoder.h"

#include <libyuv/convert_from.h>

#include <algorithm>
#include <cstring>

namespace softva {
namespace {

// The log is the program's: what is wrong with its stream it hears from its own parser.
constexpr int kUnheard = 100;

}  // namespace

std::unique_ptr<LibavDecoder> LibavDecoder::Create(AVCodecID id, OwnFrame own) {
  const AVCodec* codec = avcodec_find_decoder(id);
  if (codec == nullptr) return nullptr;
  std::unique_ptr<LibavDecoder> decoder(new LibavDecoder(codec, own));
  decoder->current_ = av_frame_alloc();
  decoder->output_ = av_frame_alloc();
  decoder->packet_ = av_packet_alloc();
  if (decoder->current_ == nullptr || decoder->output_ == nullptr || decoder->packet_ == nullptr ||
      !decoder->Open()) {
    return nullptr;
  }
  return decoder;
}

bool LibavDecoder::Open() {
  avcodec_free_context(&codec_);
  codec_ = avcodec_alloc_context3(library_);
  if (codec_ == nullptr) return false;
  codec_->thread_count = 1;
  // Anything else makes FFmpeg 5.1 complain of a get_buffer2 that isn't for many threads.
  codec_->thread_type = FF_THREAD_SLICE;
  codec_->opaque = this;
  codec_->get_buffer2 = GetBuffer;
  codec_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  codec_->log_level_offset = kUnheard;
  damaged_ = false;
  return avcodec_open2(codec_, nullptr, nullptr) >= 0;
}

LibavDecoder::~LibavDecoder() {
  avcodec_free_context(&codec_);
  av_frame_free(&current_);
  av_frame_free(&output_);
  av_packet_free(&packet_);
}

int LibavDecoder::GetBuffer(AVCodecContext* codec, AVFrame* frame, int flags) {
  const int result = avcodec_default_get_buffer2(codec, frame, flags);
  if (result < 0) return result;
  auto* decoder = static_cast<LibavDecoder*>(codec->opaque);
  const bool has_own = decoder->own_ == OwnFrame::kFirst && decoder->current_->buf[0] != nullptr;
  if (has_own) return 0;
  av_frame_unref(decoder->current_);
  return av_frame_ref(decoder->current_, frame);
}

int LibavDecoder::Send(const CodedPicture& picture) {
  av_packet_unref(packet_);
  if (av_new_packet(packet_, static_cast<int>(picture.bytes.size())) < 0) return AVERROR(ENOMEM);
  std::memcpy(packet_->data, picture.bytes.data(), picture.bytes.size());
  if (own_ == OwnFrame::kFirst) av_frame_unref(current_);
  if (damaged_ && picture.random_access && picture.has_headers && !Open()) return AVERROR(ENOMEM);
  const int result = avcodec_send_packet(codec_, packet_);
  damaged_ |= result < 0;
  while (avcodec_receive_frame(codec_, output_) >= 0) {
    damaged_ |= output_->decode_error_flags != 0;
    av_frame_unref(output_);
  }
  return result;
}

VAStatus LibavDecoder::Decode(const CodedPicture& picture, Surface& target,
                              Surface* /*grain_target*/) {
  const std::lock_guard lock(mutex_);
  if (Send(picture) < 0 || current_->buf[0] == nullptr || target.fourcc() != VA_FOURCC_NV12 ||
      (current_->format != AV_PIX_FMT_YUV420P && current_->format != AV_PIX_FMT_YUVJ420P)) {
    return VA_STATUS_ERROR_DECODING_ERROR;
  }
  const int width = std::min({target.width(), picture.width, current_->width});
  const int height = std::min({target.height(), picture.height, current_->height});
  libyuv::I420ToNV12(current_->data[0], current_->linesize[0], current_->data[1],
                     current_->linesize[1], current_->data[2], current_->linesize[2], target.luma(),
                     target.pitch(), target.chroma(), target.pitch(), width, height);
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
