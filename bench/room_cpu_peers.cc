// SPDX-License-Identifier: Apache-2.0
#include "bench/room_cpu_peers.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "bench/child_process.h"
#include "hwaccel/fit_rect.h"
#include "mcu/scene/layout.h"
#include "mcu/scene/scene.h"
#include "media/h264_reader.h"
#include "media/rendition.h"

namespace continuo {
namespace {

constexpr RungSpec kSpec = SpecOf(Rung::kHd);

std::string Number(int64_t n) { return std::to_string(n); }

// Where each camera's picture goes.
std::vector<PixelRect> Places(const PeerTask& task) {
  std::vector<PixelRect> places = GridLayout(static_cast<int>(task.cameras.size()), kCanvasSize);
  if (task.shape == TileShape::kFitted) {
    for (PixelRect& place : places) place = FitRect(kCameraSize, place);
  }
  return places;
}

std::string FfmpegGraph(const PeerTask& task) {
  std::ostringstream graph;
  std::ostringstream layout;
  const auto places = Places(task);
  for (size_t i = 0; i < places.size(); ++i) {
    // Frames that are not shown are dropped before they are scaled.
    graph << "[" << i << ":v]fps=" << kSpec.frames_per_second << ",scale=" << places[i].width << ":"
          << places[i].height << ":flags=bilinear[t" << i << "];";
    layout << (i == 0 ? "" : "|") << places[i].x << "_" << places[i].y;
  }
  for (size_t i = 0; i < places.size(); ++i) graph << "[t" << i << "]";
  graph << "xstack=inputs=" << places.size() << ":layout=" << layout.str();
  if (task.shape == TileShape::kFitted) graph << ":fill=black";
  graph << ",pad=" << kCanvasSize.width << ":" << kCanvasSize.height;
  graph << (task.composed.empty() ? "[out]" : ",split[out][composed]");
  return graph.str();
}

std::string GstreamerSource(const CameraClip& clip, size_t i) {
  return "filesrc location=" + clip.mp4.string() +
         " ! qtdemux ! h264parse ! avdec_h264 max-threads=1 ! queue max-size-buffers=3 ! "
         "mix.sink_" +
         Number(static_cast<int64_t>(i));
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

// The mean of what ffmpeg's psnr filter says of each picture's luma.
class MeanSquaredError {
 public:
  void Read(ByteView text) {
    line_.append(text.begin(), text.end());
    for (size_t end = line_.find('\n'); end != std::string::npos; end = line_.find('\n')) {
      const size_t at = line_.find("mse_y:");
      if (at < end) {
        sum_ += std::strtod(line_.c_str() + at + 6, nullptr);
        ++pictures_;
      }
      line_.erase(0, end + 1);
    }
  }
  int pictures() const { return pictures_; }
  double psnr() const { return 10 * std::log10(255.0 * 255.0 * pictures_ / sum_); }

 private:
  std::string line_;
  double sum_ = 0;
  int pictures_ = 0;
};

}  // namespace

std::vector<std::string> FfmpegCommand(const PeerTask& task) {
  std::vector<std::string> command{"ffmpeg", "-v", "error", "-y", "-filter_complex_threads", "1"};
  const auto add = [&](const std::string& words) {
    for (std::string& word : Words(words)) command.push_back(std::move(word));
  };
  for (const CameraClip& clip : task.cameras) {
    add("-threads 1 -i");
    command.push_back(clip.mp4.string());
  }
  add("-filter_complex");
  command.push_back(FfmpegGraph(task));
  const std::string rate = Number(kSpec.video_rate.kbps()) + "k";
  add("-map [out] -c:v libx264 -preset veryfast -tune zerolatency -threads 1 -b:v " + rate +
      " -maxrate " + rate + " -bufsize " + Number(kSpec.video_rate.kbps() / 2) + "k");
  if (task.encoding == Encoding::kLikeOurs) {
    add("-profile:v baseline -g 1000000 -sc_threshold 0");
  }
  if (task.encoded.empty()) {
    add("-f null -");
  } else {
    add("-f h264");
    command.push_back(task.encoded.string());
    add("-map [composed] -c:v libx264 -preset ultrafast -qp 0");
    command.push_back(task.composed.string());
  }
  return command;
}

std::vector<std::string> GstreamerCommand(const PeerTask& task) {
  std::ostringstream line;
  line << "gst-launch-1.0 -q compositor name=mix background=black";
  const auto places = Places(task);
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string pad = " sink_" + Number(static_cast<int64_t>(i)) + "::";
    line << pad << "xpos=" << places[i].x << pad << "ypos=" << places[i].y << pad
         << "width=" << places[i].width << pad << "height=" << places[i].height;
  }
  line << " ! video/x-raw,format=I420,width=" << kCanvasSize.width
       << ",height=" << kCanvasSize.height << ",framerate=" << kSpec.frames_per_second
       << "/1 ! queue max-size-buffers=2 !";
  if (!task.composed.empty()) line << " tee name=both !";
  const int64_t kbps = kSpec.video_rate.kbps();
  line << " x264enc speed-preset=veryfast tune=zerolatency threads=1 bitrate=" << kbps
       << " vbv-buf-capacity=500";
  if (task.encoding == Encoding::kLikeOurs) {
    line << " key-int-max=1000000 option-string=scenecut=0";
  }
  line << " ! video/x-h264,stream-format=byte-stream";
  if (task.encoding == Encoding::kLikeOurs) line << ",profile=baseline";
  if (task.encoded.empty()) {
    line << " ! fakesink sync=false";
  } else {
    // Neither waits for the other's first buffer.
    line << " ! filesink async=false location=" << task.encoded.string()
         << " both. ! queue ! x264enc speed-preset=ultrafast pass=quant quantizer=0 ! h264parse ! "
            "matroskamux ! filesink async=false location="
         << task.composed.string();
  }
  for (size_t i = 0; i < task.cameras.size(); ++i) {
    line << " " << GstreamerSource(task.cameras[i], i);
  }
  return Words(line.str());
}

std::string ProfileOf(ByteView access_unit) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->type() != H264NalType::kSps) continue;
    const auto sps = ParseH264Sps(nal->bytes);
    if (!sps) return "?";
    if (sps->IsConstrainedBaseline()) return "constrained baseline";
    return sps->profile_idc == 100 ? "High" : "profile " + Number(sps->profile_idc);
  }
  return "?";
}

Result<PictureQuality> CompareFiles(const std::filesystem::path& encoded,
                                    const std::filesystem::path& composed) {
  MeanSquaredError error;
  // By their order, whatever times they have.
  const auto run = RunChild(
      {"ffmpeg", "-v", "error", "-i", encoded.string(), "-i", composed.string(), "-filter_complex",
       "[0:v]setpts=N/25/TB[a];[1:v]setpts=N/25/TB[b];[a][b]psnr=stats_file=-", "-f", "null", "-"},
      [&](ByteView text) { error.Read(text); });
  if (!run) return tl::unexpected(run.error());
  if (error.pictures() == 0) return Fail(ErrorCode::kMalformed, "no pictures", encoded.string());
  std::ifstream file(encoded, std::ios::binary);
  const std::vector<uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  const double seconds = error.pictures() / static_cast<double>(kSpec.frames_per_second);
  return PictureQuality{static_cast<double>(bytes.size()) * 8 / 1000 / seconds, error.psnr(),
                        ProfileOf(bytes)};
}

}  // namespace continuo
