// SPDX-License-Identifier: Apache-2.0
#include "codecs/ffmpeg/ffmpeg_decoder.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "codecs/ffmpeg/limited_range.h"
#include "codecs/stream_check.h"
#include "media/h264_reader.h"
#include "media/vp8_header.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <libavutil/hwcontext.h>
#include <libavutil/log.h>
#include <libavutil/pixfmt.h>
}

namespace continuo {
namespace {

struct ContextDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct BufferDeleter {
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
};
struct PoolDeleter {
  void operator()(AVBufferPool* pool) const { av_buffer_pool_uninit(&pool); }
};
using ContextPtr = std::unique_ptr<AVCodecContext, ContextDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;
using BufferPtr = std::unique_ptr<AVBufferRef, BufferDeleter>;
using PoolPtr = std::unique_ptr<AVBufferPool, PoolDeleter>;

void ReleaseFrame(void* storage) { AvFrameDeleter()(static_cast<AVFrame*>(storage)); }
void ReleaseBuffer(void* storage) { BufferDeleter()(static_cast<AVBufferRef*>(storage)); }

AVCodecID IdOf(VideoCodec codec) {
  return codec == VideoCodec::kVp8 ? AV_CODEC_ID_VP8 : AV_CODEC_ID_H264;
}

bool IsEightBit420(int format) {
  return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P;
}

// What a context's get_format() knows: where to decode, and what became of that.
struct Acceleration {
  std::unique_ptr<DecodeAccelerator> accelerator;
  bool refused = false;  // this stream, by the device or for what it is
};

// Of H.264's profiles those whose every 8-bit 4:2:0 stream a decoder of High decodes. Baseline's
// redundant pictures and reordered macroblocks are libavcodec's limit as well; Extended's are more.
bool DevicesDecode(const AVCodecContext& context) {
  if (context.codec_id != AV_CODEC_ID_H264) return true;
  const int profile = context.profile & ~FF_PROFILE_H264_CONSTRAINED;
  // Nobody converts a surface's range; video processing has no way to say that it would.
  return context.color_range != AVCOL_RANGE_JPEG &&
         (profile == FF_PROFILE_H264_BASELINE || profile == FF_PROFILE_H264_MAIN ||
          profile == FF_PROFILE_H264_HIGH);
}

// As libavcodec would make them, but in whole macroblocks: VP8's sides may be odd, and half a pixel
// of chroma is no part of a surface that can be scaled or read back. False when there is no memory,
// and when libavcodec knows of no way to the device; then it will say so itself.
bool MakeSurfaces(AVCodecContext& context, AVPixelFormat format) {
  constexpr int kMacroblock = 16;
  AVBufferRef* made = nullptr;
  if (avcodec_get_hw_frames_parameters(&context, context.hw_device_ctx, format, &made) < 0) {
    return false;
  }
  BufferPtr pool(made);
  auto& surfaces = *reinterpret_cast<AVHWFramesContext*>(pool->data);
  surfaces.width = (surfaces.width + kMacroblock - 1) / kMacroblock * kMacroblock;
  surfaces.height = (surfaces.height + kMacroblock - 1) / kMacroblock * kMacroblock;
  if (av_hwframe_ctx_init(pool.get()) < 0) return false;
  context.hw_frames_ctx = pool.release();
  return true;
}

// Never falls back to software: libavcodec asks again, without the device's format, when the device
// refused the stream.
AVPixelFormat ChooseDeviceFormat(AVCodecContext* context, const AVPixelFormat* offered) {
  auto& acceleration = *static_cast<Acceleration*>(context->opaque);
  for (; *offered != AV_PIX_FMT_NONE; ++offered) {
    if (*offered != acceleration.accelerator->format() || !DevicesDecode(*context)) continue;
    if (MakeSurfaces(*context, *offered)) return *offered;
  }
  acceleration.refused = true;
  return AV_PIX_FMT_NONE;
}

// Asked before any picture of a new format is allocated; also keeps hardware formats out.
AVPixelFormat ChooseFormat(AVCodecContext*, const AVPixelFormat* offered) {
  for (; *offered != AV_PIX_FMT_NONE; ++offered) {
    if (IsEightBit420(*offered)) return *offered;
  }
  return AV_PIX_FMT_NONE;
}

tl::unexpected<Error> FailNative(int averror) {
  if (averror == AVERROR(ENOMEM)) {
    return Fail(ErrorCode::kResourceExhausted, "no memory to decode", {}, averror);
  }
  return Fail(ErrorCode::kMalformed, "frame does not decode", {}, averror);
}

// False when there is no memory.
bool PutOnDevice(AVCodecContext& context, Acceleration& acceleration) {
  context.opaque = &acceleration;
  context.get_format = &ChooseDeviceFormat;
  context.extra_hw_frames = acceleration.accelerator->max_held();
  // WebRTC's baseline comes without constraint_set1, and libavcodec knows no device for that.
  context.hwaccel_flags |= AV_HWACCEL_FLAG_ALLOW_PROFILE_MISMATCH;
  context.hw_device_ctx = av_buffer_ref(acceleration.accelerator->device());
  return context.hw_device_ctx != nullptr;
}

Result<ContextPtr> OpenContext(VideoCodec codec, const DecoderLimits& limits,
                               Acceleration& acceleration) {
  const AVCodec* decoder = avcodec_find_decoder(IdOf(codec));
  if (decoder == nullptr) {
    return Fail(ErrorCode::kUnsupported, "libavcodec has no such decoder",
                std::string(ToString(codec)));
  }
  ContextPtr context(avcodec_alloc_context3(decoder));
  if (context == nullptr) return FailNative(AVERROR(ENOMEM));
  context->thread_count = 1;
  // UNALIGNED: cropping is exact to the pixel, not rounded to what SIMD likes.
  context->flags |= AV_CODEC_FLAG_LOW_DELAY | AV_CODEC_FLAG_UNALIGNED;
  context->max_pixels = limits.max_area;
  context->get_format = &ChooseFormat;
  if (acceleration.accelerator != nullptr && !PutOnDevice(*context, acceleration)) {
    return FailNative(AVERROR(ENOMEM));
  }
  const int error = avcodec_open2(context.get(), decoder, nullptr);
  if (error < 0) return FailNative(error);
  return context;
}

class FfmpegDecoder final : public VideoDecoder {
 public:
  FfmpegDecoder(VideoCodec codec, const DecoderLimits& limits, PacketPtr packet,
                std::unique_ptr<DecodeAccelerator> accelerator)
      : codec_(codec),
        limits_(limits),
        acceleration_{std::move(accelerator)},
        packet_(std::move(packet)) {}

  Status Open();
  Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) override;

 private:
  struct Times {
    uint32_t rtp_timestamp = 0;
    Timestamp capture_time;
  };

  Result<std::unique_ptr<const VideoFrame>> DecodeChecked(const EncodedFrame& frame);
  // FFmpeg 5.1 goes on decoding VP8 of another size into the surfaces of the first one.
  bool OutgrowsDevice(const EncodedFrame& frame) const;
  // Whether pictures are held back although the frame's parameter set says that none need be: a
  // damaged stream, which a device need not notice, taught libavcodec that.
  bool HoldsBackForNothing(const EncodedFrame& frame) const;
  Status Send(const EncodedFrame& frame);
  tl::unexpected<Error> Failed(int averror, const EncodedFrame& frame);
  // The newest picture that libavcodec has ready, or null. Returns 0 or libavcodec's error.
  int Receive(AvFramePtr& newest);
  Result<std::unique_ptr<const VideoFrame>> Wrap(AvFramePtr frame);
  Result<std::unique_ptr<const VideoFrame>> ConvertRange(const I420View& full, const Times& times);

  const VideoCodec codec_;
  const DecoderLimits limits_;
  Acceleration acceleration_;
  ContextPtr context_;
  const PacketPtr packet_;
  // The times of the last frames by serial number, which travels through libavcodec as the pts.
  // H.264 holds at most 16 pictures back.
  std::array<Times, 32> times_;
  int64_t serial_ = 0;
  bool damaged_ = false;  // since the last key frame
  PoolPtr converted_;     // only for streams of full range
  size_t converted_size_ = 0;
};

Result<std::unique_ptr<const VideoFrame>> FfmpegDecoder::Decode(const EncodedFrame& frame) {
  if (frame.codec != codec_) return Fail(ErrorCode::kInvalidArgument, "frame of another codec");
  const auto declared = CheckEncodedFrame(frame, limits_);
  if (!declared) return tl::unexpected(declared.error());
  if (*declared && acceleration_.accelerator != nullptr) {
    const StreamSize& size = **declared;
    auto possible = acceleration_.accelerator->CheckSize(size.coded, size.visible);
    if (!possible) return tl::unexpected(std::move(possible.error()));
  }
  if ((damaged_ || OutgrowsDevice(frame) || HoldsBackForNothing(frame)) &&
      IsDecodableAlone(frame)) {
    // libavcodec keeps what a damaged stream taught it, how long to hold pictures back for one,
    // beyond the key frame that was to heal it.
    if (auto opened = Open(); !opened) return tl::unexpected(opened.error());
  }
  auto decoded = DecodeChecked(frame);
  if (!decoded) damaged_ = true;
  return decoded;
}

bool FfmpegDecoder::OutgrowsDevice(const EncodedFrame& frame) const {
  if (acceleration_.accelerator == nullptr || codec_ != VideoCodec::kVp8) return false;
  const auto header = ParseVp8Header(frame.payload);
  return header && header->kind == FrameKind::kKey && context_->width != 0 &&
         header->size != PixelSize{context_->width, context_->height};
}

bool FfmpegDecoder::HoldsBackForNothing(const EncodedFrame& frame) const {
  if (codec_ != VideoCodec::kH264 || context_->has_b_frames == 0) return false;
  H264NalReader reader(frame.payload);
  while (const auto nal = reader.Next()) {
    if (nal->type() != H264NalType::kSps) continue;
    const auto sps = ParseH264Sps(nal->bytes);
    return sps && sps->reordered_frames == 0;
  }
  return false;
}

Status FfmpegDecoder::Open() {
  acceleration_.refused = false;
  auto context = OpenContext(codec_, limits_, acceleration_);
  if (!context) return tl::unexpected(context.error());
  context_ = *std::move(context);
  damaged_ = false;
  return {};
}

Result<std::unique_ptr<const VideoFrame>> FfmpegDecoder::DecodeChecked(const EncodedFrame& frame) {
  if (auto sent = Send(frame); !sent) return tl::unexpected(sent.error());
  AvFramePtr newest;
  if (const int error = Receive(newest); error < 0) return Failed(error, frame);
  if (newest == nullptr) return nullptr;
  return Wrap(std::move(newest));
}

tl::unexpected<Error> FfmpegDecoder::Failed(int averror, const EncodedFrame& frame) {
  // What libavcodec found wrong with the bytes itself never reached the device.
  if (acceleration_.accelerator == nullptr ||
      (averror == AVERROR_INVALIDDATA && !acceleration_.refused)) {
    return FailNative(averror);
  }
  return tl::unexpected<Error>(acceleration_.accelerator->Explain(
      averror,
      acceleration_.refused || IsDecodableAlone(frame) ? FrameKind::kKey : FrameKind::kDelta));
}

Status FfmpegDecoder::Send(const EncodedFrame& frame) {
  const int64_t serial = serial_++;
  times_[static_cast<size_t>(serial) % times_.size()] = {frame.rtp_timestamp, frame.capture_time};
  // A packet without a buffer of its own is copied by libavcodec, and padded as its readers need.
  packet_->data = const_cast<uint8_t*>(frame.payload.data());
  packet_->size = static_cast<int>(frame.payload.size());
  packet_->pts = serial;
  const int error = avcodec_send_packet(context_.get(), packet_.get());
  packet_->data = nullptr;
  packet_->size = 0;
  if (error < 0) {
    // A picture that was ready before the error belongs to the past.
    AvFramePtr past;
    (void)Receive(past);
    // Parameter sets alone were taken in, then reported as a frame without a picture.
    if (codec_ == VideoCodec::kH264 && !HasH264Slice(frame.payload)) return {};
    return Failed(error, frame);
  }
  return {};
}

int FfmpegDecoder::Receive(AvFramePtr& newest) {
  while (true) {
    // The AVFrame is a few hundred bytes; the planes come from libavcodec's own pool.
    AvFramePtr frame(av_frame_alloc());
    if (frame == nullptr) return AVERROR(ENOMEM);
    const int error = avcodec_receive_frame(context_.get(), frame.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return 0;
    if (error < 0) return error;
    newest = std::move(frame);
  }
}

Result<std::unique_ptr<const VideoFrame>> FfmpegDecoder::Wrap(AvFramePtr frame) {
  if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
    return Fail(ErrorCode::kMalformed, "damaged picture", {}, frame->decode_error_flags);
  }
  const Times times = times_[static_cast<size_t>(frame->pts) % times_.size()];
  if (acceleration_.accelerator != nullptr) {
    return acceleration_.accelerator->Wrap(std::move(frame), times.rtp_timestamp,
                                           times.capture_time);
  }
  if (!IsEightBit420(frame->format)) {
    return Fail(ErrorCode::kUnsupported, "not 8-bit 4:2:0", {}, frame->format);
  }
  I420View picture{{frame->width, frame->height}};
  for (size_t plane = 0; plane < 3; ++plane) {
    picture.planes[plane] = frame->data[plane];
    picture.strides[plane] = frame->linesize[plane];
  }
  // VP8 has no range of samples to signal: what libavcodec calls so is its clamping_type.
  const bool full_range = codec_ == VideoCodec::kH264 && (frame->format == AV_PIX_FMT_YUVJ420P ||
                                                          frame->color_range == AVCOL_RANGE_JPEG);
  if (full_range) return ConvertRange(picture, times);
  return std::make_unique<const VideoFrame>(picture, times.rtp_timestamp, times.capture_time,
                                            frame.release(), &ReleaseFrame);
}

Result<std::unique_ptr<const VideoFrame>> FfmpegDecoder::ConvertRange(const I420View& full,
                                                                      const Times& times) {
  constexpr int kAlignment = 64;
  const int stride = (full.size.width + kAlignment - 1) / kAlignment * kAlignment;
  const int chroma_stride = stride / 2;
  const auto luma_bytes = static_cast<ptrdiff_t>(stride) * full.size.height;
  const ptrdiff_t chroma_bytes =
      static_cast<ptrdiff_t>(chroma_stride) * ((full.size.height + 1) / 2);
  const auto bytes = static_cast<size_t>(luma_bytes + 2 * chroma_bytes);
  if (bytes != converted_size_) {
    // The old pool lives on until the last of its pictures is released.
    converted_.reset(av_buffer_pool_init(bytes, nullptr));
    converted_size_ = converted_ == nullptr ? 0 : bytes;
  }
  BufferPtr buffer(converted_ == nullptr ? nullptr : av_buffer_pool_get(converted_.get()));
  if (buffer == nullptr) return FailNative(AVERROR(ENOMEM));
  uint8_t* luma = buffer->data;
  uint8_t* chroma = luma + luma_bytes;
  const MutableI420View limited{
      full.size, {luma, chroma, chroma + chroma_bytes}, {stride, chroma_stride, chroma_stride}};
  ToLimitedRange(full, limited);
  return std::make_unique<const VideoFrame>(limited, times.rtp_timestamp, times.capture_time,
                                            buffer.release(), &ReleaseBuffer);
}

}  // namespace

bool FfmpegCanDecode(VideoCodec codec) { return avcodec_find_decoder(IdOf(codec)) != nullptr; }

Result<std::unique_ptr<VideoDecoder>> CreateFfmpegDecoder(
    VideoCodec codec, const DecoderLimits& limits, std::unique_ptr<DecodeAccelerator> accelerator) {
  // libav writes to stderr what hostile streams make it say; our errors carry its code instead.
  av_log_set_level(AV_LOG_QUIET);
  PacketPtr packet(av_packet_alloc());
  if (packet == nullptr) return FailNative(AVERROR(ENOMEM));
  auto decoder =
      std::make_unique<FfmpegDecoder>(codec, limits, std::move(packet), std::move(accelerator));
  if (auto opened = decoder->Open(); !opened) return tl::unexpected(opened.error());
  return decoder;
}

}  // namespace continuo
