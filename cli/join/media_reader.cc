// SPDX-License-Identifier: Apache-2.0
#include "cli/join/media_reader.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <memory>

namespace continuo {
namespace {

template <typename T, void (*kFree)(T**)>
struct FreeBy {
  void operator()(T* object) const { kFree(&object); }
};
using Input = std::unique_ptr<AVFormatContext, FreeBy<AVFormatContext, avformat_close_input>>;
using Decoder = std::unique_ptr<AVCodecContext, FreeBy<AVCodecContext, avcodec_free_context>>;
using Frame = std::unique_ptr<AVFrame, FreeBy<AVFrame, av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, FreeBy<AVPacket, av_packet_free>>;
using Resampler = std::unique_ptr<SwrContext, FreeBy<SwrContext, swr_free>>;

struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using ScalerPtr = std::unique_ptr<SwsContext, FreeScaler>;

// One stream of one file, decoded from its start.
class StreamReader {
 public:
  static Result<StreamReader> Open(const std::string& path, AVMediaType type) {
    StreamReader reader;
    AVFormatContext* input = nullptr;
    if (const int e = avformat_open_input(&input, path.c_str(), nullptr, nullptr); e < 0) {
      return Fail(ErrorCode::kNotFound, "cannot open the media file", path, e);
    }
    reader.input_.reset(input);
    if (const int e = avformat_find_stream_info(input, nullptr); e < 0) {
      return Fail(ErrorCode::kMalformed, "cannot read the media file", path, e);
    }
    const AVCodec* codec = nullptr;
    reader.index_ = av_find_best_stream(input, type, -1, -1, &codec, 0);
    if (reader.index_ < 0 || codec == nullptr) {
      return Fail(ErrorCode::kUnsupported, "the file has no stream that can be played", path);
    }
    reader.decoder_.reset(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(reader.decoder_.get(), reader.stream()->codecpar);
    if (const int e = avcodec_open2(reader.decoder_.get(), codec, nullptr); e < 0) {
      return Fail(ErrorCode::kUnsupported, "cannot decode the file", path, e);
    }
    return reader;
  }

  // The next frame, or null at the end. Valid until the next call.
  AVFrame* Next() {
    while (true) {
      const int received = avcodec_receive_frame(decoder_.get(), frame_.get());
      if (received == 0) return frame_.get();
      if (received != AVERROR(EAGAIN)) return nullptr;
      if (av_read_frame(input_.get(), packet_.get()) < 0) {
        avcodec_send_packet(decoder_.get(), nullptr);
        continue;
      }
      if (packet_->stream_index == index_) avcodec_send_packet(decoder_.get(), packet_.get());
      av_packet_unref(packet_.get());
    }
  }
  double SecondsOf(const AVFrame& frame) const {
    const int64_t pts = frame.best_effort_timestamp;
    return pts == AV_NOPTS_VALUE ? 0 : static_cast<double>(pts) * av_q2d(stream()->time_base);
  }
  AVCodecContext& decoder() { return *decoder_; }

 private:
  AVStream* stream() const { return input_->streams[index_]; }

  Input input_;
  Decoder decoder_;
  Frame frame_{av_frame_alloc()};
  Packet packet_{av_packet_alloc()};
  int index_ = -1;
};

PixelSize FitInto(PixelSize source, PixelSize fit) {
  PixelSize size = fit;
  if (source.width * fit.height > source.height * fit.width) {
    size.height = source.height * fit.width / source.width;
  } else {
    size.width = source.width * fit.height / source.height;
  }
  return {std::max(size.width & ~1, 2), std::max(size.height & ~1, 2)};
}

}  // namespace

Status ReadPictures(
    const std::string& path, PixelSize fit,
    const std::function<bool(const I420View& picture, double seconds)>& on_picture) {
  auto reader = StreamReader::Open(path, AVMEDIA_TYPE_VIDEO);
  if (!reader) return tl::unexpected(reader.error());
  ScalerPtr scaler;
  const Frame scaled(av_frame_alloc());
  while (AVFrame* frame = reader->Next()) {
    const PixelSize size = FitInto({frame->width, frame->height}, fit);
    scaler.reset(sws_getCachedContext(
        scaler.release(), frame->width, frame->height, static_cast<AVPixelFormat>(frame->format),
        size.width, size.height, AV_PIX_FMT_YUV420P, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler) return Fail(ErrorCode::kUnsupported, "cannot scale the pictures of", path);
    if (scaled->width != size.width || scaled->height != size.height) {
      av_frame_unref(scaled.get());
      scaled->format = AV_PIX_FMT_YUV420P;
      scaled->width = size.width;
      scaled->height = size.height;
      av_frame_get_buffer(scaled.get(), 0);
    }
    sws_scale(scaler.get(), frame->data, frame->linesize, 0, frame->height, scaled->data,
              scaled->linesize);
    const I420View view{size,
                        {scaled->data[0], scaled->data[1], scaled->data[2]},
                        {scaled->linesize[0], scaled->linesize[1], scaled->linesize[2]}};
    if (!on_picture(view, reader->SecondsOf(*frame))) break;
  }
  return {};
}

Result<std::vector<int16_t>> ReadSamples(const std::string& path, size_t max_samples) {
  auto reader = StreamReader::Open(path, AVMEDIA_TYPE_AUDIO);
  if (!reader) return tl::unexpected(reader.error());
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  SwrContext* raw = nullptr;
  AVCodecContext& decoder = reader->decoder();
  swr_alloc_set_opts2(&raw, &mono, AV_SAMPLE_FMT_S16, 48'000, &decoder.ch_layout,
                      decoder.sample_fmt, decoder.sample_rate, 0, nullptr);
  const Resampler resampler(raw);
  if (!resampler || swr_init(resampler.get()) < 0) {
    return Fail(ErrorCode::kUnsupported, "cannot resample the sound of", path);
  }
  std::vector<int16_t> samples;
  while (samples.size() < max_samples) {
    AVFrame* frame = reader->Next();
    const int in = frame == nullptr ? 0 : frame->nb_samples;
    std::vector<int16_t> chunk(static_cast<size_t>(swr_get_out_samples(resampler.get(), in)));
    auto* out = reinterpret_cast<uint8_t*>(chunk.data());
    const int n = swr_convert(
        resampler.get(), &out, static_cast<int>(chunk.size()),
        frame == nullptr ? nullptr : const_cast<const uint8_t**>(frame->extended_data), in);
    if (n > 0) samples.insert(samples.end(), chunk.begin(), chunk.begin() + n);
    if (frame == nullptr) break;
  }
  samples.resize(std::min(samples.size(), max_samples));
  return samples;
}

}  // namespace continuo
