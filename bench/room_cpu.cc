// SPDX-License-Identifier: Apache-2.0
// What a room costs: nine VGA cameras decoded, composed to 720p and encoded once, in CPU seconds
// per second of media, and the same task given to ffmpeg and to GStreamer, in turns, in the same
// run. Every contestant is a program of its own, measured by the kernel from its start to its end,
// all its threads. Quote the ratios: the seconds are of one machine and one moment.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/camera_clips.h"
#include "bench/child_process.h"
#include "bench/room_cpu_peers.h"
#include "bench/room_cpu_room.h"
#include "codecs/registry.h"
#include "media/rendition.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

struct Options {
  int people = 9;
  int seconds = 40;
  int repetitions = 5;
  std::string cache = std::filesystem::temp_directory_path() / "continuo-bench";
  bool main_only = false;
  bool skip_quality = false;
  double at_most = 0;
  bool room = false;
  bool no_names = false;
};

struct Contestant {
  std::string name;
  std::vector<std::string> command;
  std::function<Result<PictureQuality>()> quality;
  std::vector<ChildUsage> runs;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string Spread(std::vector<double> values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  char text[64];
  std::snprintf(text, sizeof text, "%.3f [%.3f..%.3f]", Median(values), *least, *most);
  return text;
}

// Ours, decoded again and compared with the canvas.
Result<PictureQuality> QualityOfRoom(std::span<const CameraClip> cameras, NamePlateUse names) {
  auto decoder = CreateVideoDecoder(VideoCodec::kH264);
  if (!decoder) return tl::unexpected(decoder.error());
  double error = 0;
  double bytes = 0;
  int pictures = 0;
  std::string profile;
  const auto run = RunRoom(cameras, names, [&](const I420View& canvas, const EncodedFrame& frame) {
    if (profile.empty()) profile = ProfileOf(frame.payload);
    const auto picture = (*decoder)->Decode(frame);
    if (!picture || *picture == nullptr) return;
    error += std::pow(10, -PlanePsnr((*picture)->picture(), canvas, 0) / 10);
    bytes += static_cast<double>(frame.payload.size());
    ++pictures;
  });
  if (!run) return tl::unexpected(run.error());
  const double seconds = pictures / static_cast<double>(SpecOf(Rung::kHd).frames_per_second);
  return PictureQuality{bytes * 8 / 1000 / seconds, -10 * std::log10(error / pictures), profile};
}

using MakeCommand = std::vector<std::string> (*)(const PeerTask&);

Contestant Peer(std::string name, MakeCommand make, PeerTask task,
                const std::filesystem::path& scratch) {
  Contestant peer{std::move(name), make(task), {}, {}};
  task.encoded = scratch / "peer.h264";
  task.composed = scratch / "peer.mkv";
  peer.quality = [make, task]() -> Result<PictureQuality> {
    if (auto run = RunChild(make(task)); !run) return tl::unexpected(run.error());
    auto quality = CompareFiles(task.encoded, task.composed);
    std::filesystem::remove(task.encoded);
    std::filesystem::remove(task.composed);
    return quality;
  };
  return peer;
}

Contestant Ours(std::string name, const Options& options, NamePlateUse names,
                std::span<const CameraClip> cameras) {
  Contestant ours{
      std::move(name),
      {std::filesystem::read_symlink("/proc/self/exe"), "--room", "--cache", options.cache,
       "--people", std::to_string(options.people), "--seconds", std::to_string(options.seconds)},
      [cameras, names] { return QualityOfRoom(cameras, names); },
      {}};
  if (names == NamePlateUse::kLeftOut) ours.command.emplace_back("--no-names");
  return ours;
}

// Ours first, then ffmpeg at the same task: what the ratio is of.
std::vector<Contestant> Contestants(const Options& options, std::span<const CameraClip> cameras) {
  const std::filesystem::path scratch = options.cache;
  std::vector<Contestant> all;
  all.push_back(Ours("Continuo", options, NamePlateUse::kDrawn, cameras));
  const PeerTask same{TileShape::kFitted, Encoding::kLikeOurs, cameras, {}, {}};
  all.push_back(Peer("ffmpeg", FfmpegCommand, same, scratch));
  all.push_back(Peer("GStreamer", GstreamerCommand, same, scratch));
  if (options.main_only) return all;
  all.push_back(Ours("Continuo without names", options, NamePlateUse::kLeftOut, cameras));
  const PeerTask high{TileShape::kFitted, Encoding::kPeersDefault, cameras, {}, {}};
  const PeerTask stretched{TileShape::kStretched, Encoding::kPeersDefault, cameras, {}, {}};
  all.push_back(Peer("ffmpeg, its defaults", FfmpegCommand, high, scratch));
  all.push_back(Peer("GStreamer, its defaults", GstreamerCommand, high, scratch));
  all.push_back(Peer("ffmpeg, its defaults, stretched", FfmpegCommand, stretched, scratch));
  all.push_back(Peer("GStreamer, its defaults, stretched", GstreamerCommand, stretched, scratch));
  return all;
}

Status Measure(const Options& options, std::vector<Contestant>& all) {
  for (int i = 0; i < options.repetitions; ++i) {
    for (Contestant& contestant : all) {
      const auto usage = RunChild(contestant.command);
      if (!usage) return tl::unexpected(usage.error());
      contestant.runs.push_back(*usage);
      std::fprintf(stderr, "run %d of %d: %.3f  %s\n", i + 1, options.repetitions,
                   usage->cpu_seconds / options.seconds, contestant.name.c_str());
    }
  }
  return {};
}

// Of runs that were made one after the other.
std::vector<double> Ratios(const Contestant& ours, const Contestant& other) {
  std::vector<double> ratios;
  for (size_t i = 0; i < ours.runs.size(); ++i) {
    ratios.push_back(ours.runs[i].cpu_seconds / other.runs[i].cpu_seconds);
  }
  return ratios;
}

Status Print(const Options& options, const CameraClips& clips, std::vector<Contestant>& all) {
  std::printf(
      "%d H.264 cameras (%s), 640x480 at 30 fps, decoded, composed to 1280x720 and encoded once\n"
      "at 25 fps by x264, veryfast, zerolatency, 1200 kbit/s, buffer 0.5 s, 1 thread. %d s of "
      "media, "
      "%d runs each, in turns.\n\n",
      options.people, clips.synthetic ? "synthetic" : "real people", options.seconds,
      options.repetitions);
  std::printf("%-36s %-22s %-22s %6s %7s %7s  %s\n", "", "CPU s per media s", "ours / its", "MiB",
              "kbit/s", "PSNR-Y", "profile");
  for (const Contestant& c : all) {
    std::vector<double> cpu;
    double memory = 0;
    for (const ChildUsage& run : c.runs) {
      cpu.push_back(run.cpu_seconds / options.seconds);
      memory = std::max(memory, run.peak_mib);
    }
    std::printf("%-36s %-22s %-22s %6.0f", c.name.c_str(), Spread(cpu).c_str(),
                &c == &all.front() ? "" : Spread(Ratios(all.front(), c)).c_str(), memory);
    if (!options.skip_quality) {
      const auto quality = c.quality();
      if (!quality) return tl::unexpected(quality.error());
      std::printf(" %7.0f %7.2f  %s", quality->kbps, quality->luma_psnr, quality->profile.c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  return {};
}

Result<int> Run(const Options& options) {
  const auto clips = LoadCameraClips(options.people, options.seconds, options.cache);
  if (!clips) return tl::unexpected(clips.error());
  if (options.room) {
    const auto names = options.no_names ? NamePlateUse::kLeftOut : NamePlateUse::kDrawn;
    auto run = RunRoom(clips->clips, names, [](const I420View&, const EncodedFrame&) {});
    if (!run) return tl::unexpected(run.error());
    return 0;
  }
  std::vector<Contestant> all = Contestants(options, clips->clips);
  if (auto measured = Measure(options, all); !measured) return tl::unexpected(measured.error());
  if (auto printed = Print(options, *clips, all); !printed) return tl::unexpected(printed.error());
  const double ratio = Median(Ratios(all[0], all[1]));
  if (options.at_most > 0 && ratio > options.at_most) {
    std::printf("a room costs %.2f of ffmpeg's, more than %.2f\n", ratio, options.at_most);
    return 1;
  }
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app{"CPU seconds of a room beside ffmpeg's and GStreamer's"};
  Options options;
  app.add_option("--people", options.people)->check(CLI::Range(1, 25));
  app.add_option("--seconds", options.seconds, "of media")->check(CLI::Range(1, 600));
  app.add_option("--repetitions", options.repetitions)->check(CLI::Range(1, 100));
  app.add_option("--cache", options.cache, "folder for the cameras' clips");
  app.add_flag("--main-only", options.main_only, "leave out the peers' other settings");
  app.add_flag("--skip-quality", options.skip_quality, "leave out rates and PSNR");
  app.add_option("--at-most", options.at_most, "exit 1 if ours / ffmpeg's is more than this");
  app.add_flag("--room", options.room, "run our room once and say nothing");
  app.add_flag("--no-names", options.no_names, "with --room: draw no names");
  CLI11_PARSE(app, argc, argv);
  const auto result = Run(options);
  if (!result) std::fprintf(stderr, "bench_room_cpu: %s\n", ToString(result.error()).c_str());
  return result.value_or(1);
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main(argc, argv); }
