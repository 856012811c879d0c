// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/clip.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/check.h"
#include "media/h264_reader.h"
#include "media/vp8_header.h"

extern "C" {
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
}

namespace continuo {
namespace {

struct CloseInput {
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};
struct FreeFilter {
  void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

FrameKind KindOf(VideoCodec codec, ByteView payload) {
  if (codec == VideoCodec::kH264) return H264FrameKind(payload);
  const auto header = ParseVp8Header(payload);
  return header ? header->kind : FrameKind::kDelta;
}

std::vector<uint8_t> WithLongStartCodes(ByteView annex_b) {
  std::vector<uint8_t> unit;
  H264NalReader reader(annex_b);
  while (const auto nal = reader.Next()) {
    unit.insert(unit.end(), {0, 0, 0, 1});
    unit.insert(unit.end(), nal->bytes.begin(), nal->bytes.end());
  }
  return unit;
}

}  // namespace

std::vector<std::string> ClipPaths() {
  std::vector<std::string> paths;
  const char* const media = std::getenv("CONTINUO_MEDIA");
  if (media == nullptr || !std::filesystem::is_directory(media)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(media)) {
    const std::string extension = entry.path().extension().string();
    for (const char* const film : {".mkv", ".mp4", ".webm", ".mov"}) {
      if (extension == film) paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct ClipReader::Open {
  std::unique_ptr<AVFormatContext, CloseInput> input;
  std::unique_ptr<AVBSFContext, FreeFilter> filter;  // H.264 to Annex B, and what it says of itself
  std::unique_ptr<AVPacket, FreePacket> packet;
  int stream = -1;
};

ClipReader::ClipReader(const std::string& path, SaidRange range) : open_(std::make_unique<Open>()) {
  AVFormatContext* input = nullptr;
  CONTINUO_CHECK(avformat_open_input(&input, path.c_str(), nullptr, nullptr) == 0);
  open_->input.reset(input);
  CONTINUO_CHECK(avformat_find_stream_info(input, nullptr) >= 0);
  open_->stream = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  CONTINUO_CHECK(open_->stream >= 0);
  open_->packet.reset(av_packet_alloc());
  if (codec() != VideoCodec::kH264) return;
  const char* const filters = range == SaidRange::kLimited
                                  ? "h264_mp4toannexb,h264_metadata=video_full_range_flag=0"
                                  : "h264_mp4toannexb";
  AVBSFContext* filter = nullptr;
  CONTINUO_CHECK(av_bsf_list_parse_str(filters, &filter) == 0);
  open_->filter.reset(filter);
  const AVStream* const stream = input->streams[open_->stream];
  CONTINUO_CHECK(avcodec_parameters_copy(filter->par_in, stream->codecpar) >= 0);
  filter->time_base_in = stream->time_base;
  CONTINUO_CHECK(av_bsf_init(filter) == 0);
}

ClipReader::~ClipReader() = default;

std::optional<VideoCodec> ClipReader::codec() const {
  switch (open_->input->streams[open_->stream]->codecpar->codec_id) {
    case AV_CODEC_ID_H264:
      return VideoCodec::kH264;
    case AV_CODEC_ID_VP8:
      return VideoCodec::kVp8;
    default:
      return std::nullopt;
  }
}

std::optional<OwnedEncodedFrame> ClipReader::Next() {
  AVPacket* const packet = open_->packet.get();
  do {
    av_packet_unref(packet);
    if (av_read_frame(open_->input.get(), packet) < 0) return std::nullopt;
  } while (packet->stream_index != open_->stream);
  if (open_->filter != nullptr) {
    CONTINUO_CHECK(av_bsf_send_packet(open_->filter.get(), packet) == 0);
    CONTINUO_CHECK(av_bsf_receive_packet(open_->filter.get(), packet) == 0);
  }
  OwnedEncodedFrame frame;
  frame.codec = *codec();
  const ByteView bytes{packet->data, static_cast<size_t>(packet->size)};
  frame.payload = frame.codec == VideoCodec::kH264
                      ? WithLongStartCodes(bytes)
                      : std::vector<uint8_t>(bytes.begin(), bytes.end());
  frame.kind = KindOf(frame.codec, frame.payload);
  const AVRational clock{1, kVideoClockRate};
  const int64_t time = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
  frame.rtp_timestamp = static_cast<uint32_t>(
      av_rescale_q(time, open_->input->streams[open_->stream]->time_base, clock));
  return frame;
}

}  // namespace continuo
