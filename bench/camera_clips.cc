// SPDX-License-Identifier: Apache-2.0
#include "bench/camera_clips.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "bench/child_process.h"
#include "codecs/registry.h"
#include "media/codec.h"
#include "media/h264_reader.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

namespace fs = std::filesystem;

// What browsers send of a VGA camera to a good link.
constexpr DataRate kCameraRate = DataRate::KilobitsPerSec(800);

std::vector<fs::path> Recordings() {
  std::vector<fs::path> found;
  const char* const media = std::getenv("CONTINUO_MEDIA");
  if (media == nullptr) return found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(media) / "webcam", error)) {
    if (entry.path().extension() == ".mkv") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Encodes numbered pictures into a file.
class ClipWriter {
 public:
  static Result<ClipWriter> Create(const fs::path& path) {
    auto encoder =
        CreateVideoEncoder(VideoCodec::kH264, {kCameraSize, kCameraFramesPerSecond, kCameraRate});
    if (!encoder) return tl::unexpected(encoder.error());
    return ClipWriter(std::move(*encoder), path);
  }

  int pictures() const { return number_; }
  void Add(TestPicture& picture) {
    DrawBarcode(static_cast<uint16_t>(++number_), picture.view());
    const auto frame =
        encoder_->Encode(std::as_const(picture).view(), 0, Timestamp(), ForceKeyFrame::kNo);
    if (!frame) return;
    file_.write(reinterpret_cast<const char*>(frame->payload.data()),
                static_cast<std::streamsize>(frame->payload.size()));
  }
  bool Close() {
    file_.close();
    return file_.good();
  }

 private:
  ClipWriter(std::unique_ptr<VideoEncoder> encoder, const fs::path& path)
      : encoder_(std::move(encoder)), file_(path, std::ios::binary) {}

  std::unique_ptr<VideoEncoder> encoder_;
  std::ofstream file_;
  int number_ = 0;
};

Status EncodeRecording(const fs::path& recording, int pictures, ClipWriter& clip) {
  TestPicture picture(kCameraSize);
  const auto bytes = static_cast<size_t>(kCameraSize.area() * 3 / 2);
  size_t filled = 0;
  const auto run = RunChild({"ffmpeg", "-v", "error", "-stream_loop", "-1", "-i",
                             recording.string(), "-vf", "fps=30,scale=640:480,format=yuv420p",
                             "-frames:v", std::to_string(pictures), "-f", "rawvideo", "-"},
                            [&](ByteView piece) {
                              while (!piece.empty()) {
                                const size_t n = std::min(piece.size(), bytes - filled);
                                std::copy_n(piece.begin(), n, picture.view().planes[0] + filled);
                                piece = piece.subspan(n);
                                filled += n;
                                if (filled < bytes) continue;
                                clip.Add(picture);
                                filled = 0;
                              }
                            });
  if (!run) return tl::unexpected(run.error());
  return {};
}

Status MakeClip(const CameraClip& clip, const fs::path* recording, int seconds) {
  const int pictures = seconds * kCameraFramesPerSecond;
  // Under its own name only when whole: a run that was stopped must not leave half a clip.
  const fs::path unfinished = clip.annex_b.string() + ".part";
  auto writer = ClipWriter::Create(unfinished);
  if (!writer) return tl::unexpected(writer.error());
  if (recording != nullptr) {
    if (auto made = EncodeRecording(*recording, pictures, *writer); !made) return made;
  } else {
    TestPicture picture(kCameraSize);
    for (int i = 1; i <= pictures; ++i) {
      DrawMovingPicture(static_cast<uint16_t>(i), picture.view());
      writer->Add(picture);
    }
  }
  if (!writer->Close() || writer->pictures() != pictures) {
    return Fail(ErrorCode::kInternal, "a clip came out short", unfinished.string());
  }
  const auto mp4 =
      RunChild({"ffmpeg", "-v", "error", "-y", "-r", std::to_string(kCameraFramesPerSecond), "-f",
                "h264", "-i", unfinished.string(), "-c", "copy", clip.mp4.string()});
  if (!mp4) return tl::unexpected(mp4.error());
  std::error_code error;
  fs::rename(unfinished, clip.annex_b, error);
  if (error) return Fail(ErrorCode::kInternal, "cannot rename", unfinished.string());
  return {};
}

// One slice per picture: each ends its access unit.
void FindFrames(CameraClip& clip) {
  H264NalReader reader(clip.bytes);
  const uint8_t* begin = clip.bytes.data();
  bool key = false;
  while (const auto nal = reader.Next()) {
    if (nal->type() == H264NalType::kIdrSlice) key = true;
    if (nal->type() != H264NalType::kSlice && nal->type() != H264NalType::kIdrSlice) continue;
    const uint8_t* const end = nal->bytes.data() + nal->bytes.size();
    const auto number = static_cast<uint32_t>(clip.frames.size());
    clip.frames.push_back({VideoCodec::kH264, key ? FrameKind::kKey : FrameKind::kDelta,
                           number * (kVideoClockRate / kCameraFramesPerSecond), Timestamp(),
                           ByteView(begin, end)});
    begin = end;
    key = false;
  }
}

}  // namespace

Result<CameraClips> LoadCameraClips(int people, int seconds, const fs::path& cache) {
  const std::vector<fs::path> recordings = Recordings();
  CameraClips all;
  all.synthetic = recordings.empty();
  std::error_code error;
  fs::create_directories(cache, error);
  for (int i = 0; i < people; ++i) {
    CameraClip clip;
    const std::string name = (all.synthetic ? "synthetic-" : "camera-") + std::to_string(i) + "-" +
                             std::to_string(seconds) + "s";
    clip.annex_b = cache / (name + ".h264");
    clip.mp4 = cache / (name + ".mp4");
    if (!fs::exists(clip.annex_b, error)) {
      const fs::path* const recording =
          all.synthetic ? nullptr : &recordings[static_cast<size_t>(i) % recordings.size()];
      if (auto made = MakeClip(clip, recording, seconds); !made) {
        return tl::unexpected(made.error());
      }
    }
    std::ifstream file(clip.annex_b, std::ios::binary);
    clip.bytes.assign(std::istreambuf_iterator<char>(file), {});
    FindFrames(clip);
    if (clip.frames.size() != static_cast<size_t>(seconds * kCameraFramesPerSecond)) {
      return Fail(ErrorCode::kMalformed, "not a clip of ours", clip.annex_b.string());
    }
    all.clips.push_back(std::move(clip));
  }
  return all;
}

}  // namespace continuo
