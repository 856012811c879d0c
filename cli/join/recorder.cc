// SPDX-License-Identifier: Apache-2.0
#include "cli/join/recorder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
}

#include <array>
#include <cstring>

#include "media/codec.h"
#include "media/h264_reader.h"
#include "media/vp8_header.h"

namespace continuo {
namespace {

constexpr int kVideoStream = 0;
constexpr int kAudioStream = 1;
constexpr AVRational kMicroseconds{1, 1'000'000};

std::optional<PixelSize> SizeOf(const EncodedFrame& key_frame) {
  if (key_frame.codec == VideoCodec::kVp8) {
    const auto header = ParseVp8Header(key_frame.payload);
    if (!header) return std::nullopt;
    return header->size;
  }
  H264NalReader units(key_frame.payload);
  while (const auto unit = units.Next()) {
    if (unit->type() != H264NalType::kSps) continue;
    const auto sps = ParseH264Sps(unit->bytes);
    if (sps) return sps->visible_rect.size();
  }
  return std::nullopt;
}

void SetExtradata(AVCodecParameters& parameters, ByteView bytes) {
  parameters.extradata =
      static_cast<uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  std::memcpy(parameters.extradata, bytes.data(), bytes.size());
  parameters.extradata_size = static_cast<int>(bytes.size());
}

// RFC 7845 §5.1: version 1, one channel, no pre-skip, 48 kHz, no gain, mapping family 0.
constexpr std::array<uint8_t, 19> kOpusHead{'O', 'p', 'u',  's',  'H', 'e', 'a', 'd', 1, 1,
                                            0,   0,   0x80, 0xbb, 0,   0,   0,   0,   0};

}  // namespace

Recorder::Recorder(AVFormatContext* file, VideoCodec codec)
    : file_(file), packet_(av_packet_alloc()), codec_(codec) {}

Recorder::~Recorder() {
  av_packet_free(&packet_);
  avio_closep(&file_->pb);
  avformat_free_context(file_);
}

Result<std::unique_ptr<Recorder>> Recorder::Create(const std::string& path, VideoCodec codec) {
  AVFormatContext* file = nullptr;
  avformat_alloc_output_context2(&file, nullptr, "matroska", path.c_str());
  if (file == nullptr) return Fail(ErrorCode::kUnavailable, "there is no Matroska writer");
  std::unique_ptr<Recorder> recorder(new Recorder(file, codec));
  if (const int e = avio_open(&file->pb, path.c_str(), AVIO_FLAG_WRITE); e < 0) {
    return Fail(ErrorCode::kUnavailable, "cannot write the recording", path, e);
  }
  return recorder;
}

Status Recorder::Begin(const EncodedFrame& key_frame) {
  const auto size = SizeOf(key_frame);
  if (!size) return Fail(ErrorCode::kMalformed, "a key frame without a size");
  AVStream* video = avformat_new_stream(file_, nullptr);
  AVCodecParameters& picture = *video->codecpar;
  picture.codec_type = AVMEDIA_TYPE_VIDEO;
  picture.codec_id = codec_ == VideoCodec::kVp8 ? AV_CODEC_ID_VP8 : AV_CODEC_ID_H264;
  picture.width = size->width;
  picture.height = size->height;
  // The writer makes avcC of the parameter sets, which are in the first key frame.
  if (codec_ == VideoCodec::kH264) SetExtradata(picture, key_frame.payload);
  video->time_base = kMicroseconds;

  AVStream* audio = avformat_new_stream(file_, nullptr);
  AVCodecParameters& sound = *audio->codecpar;
  sound.codec_type = AVMEDIA_TYPE_AUDIO;
  sound.codec_id = AV_CODEC_ID_OPUS;
  sound.sample_rate = kAudioClockRate;
  sound.frame_size = 960;
  sound.ch_layout = AV_CHANNEL_LAYOUT_MONO;
  SetExtradata(sound, kOpusHead);
  audio->time_base = kMicroseconds;
  if (const int e = avformat_write_header(file_, nullptr); e < 0) {
    return Fail(ErrorCode::kInternal, "cannot begin the recording", {}, e);
  }
  return {};
}

std::optional<int64_t> Recorder::Place(TrackClock& clock, int64_t timestamp, int rate,
                                       Timestamp now) {
  if (!clock.first_timestamp) {
    clock.first_timestamp = timestamp;
    clock.offset_us = (now - *began_).us();
  }
  const int64_t time = clock.offset_us + (timestamp - *clock.first_timestamp) * 1'000'000 / rate;
  if (time <= clock.last_us) return std::nullopt;
  return clock.last_us = time;
}

void Recorder::OnVideoFrame(const EncodedFrame& frame, Timestamp now) {
  if (!began_) {
    if (frame.kind != FrameKind::kKey || !Begin(frame)) return;
    began_ = now;
  }
  const auto time =
      Place(video_, video_timestamps_.Unwrap(frame.rtp_timestamp), kVideoClockRate, now);
  if (time) Write(kVideoStream, frame.payload, *time, frame.kind == FrameKind::kKey);
}

void Recorder::OnAudioPacket(const AudioPacket& packet, Timestamp now) {
  if (!began_) return;
  const auto time = Place(audio_, packet.rtp_timestamp, kAudioClockRate, now);
  if (time) Write(kAudioStream, packet.payload, *time, true);
}

void Recorder::Write(int stream, ByteView payload, int64_t time_us, bool key) {
  if (av_new_packet(packet_, static_cast<int>(payload.size())) < 0) return;
  std::memcpy(packet_->data, payload.data(), payload.size());
  packet_->stream_index = stream;
  packet_->pts = packet_->dts = time_us;
  if (key) packet_->flags |= AV_PKT_FLAG_KEY;
  av_packet_rescale_ts(packet_, kMicroseconds, file_->streams[stream]->time_base);
  av_interleaved_write_frame(file_, packet_);
}

Status Recorder::Finish() {
  if (!began_) return Fail(ErrorCode::kUnavailable, "no picture arrived, so nothing was recorded");
  if (const int e = av_write_trailer(file_); e < 0) {
    return Fail(ErrorCode::kUnavailable, "cannot finish the recording", {}, e);
  }
  return {};
}

}  // namespace continuo
