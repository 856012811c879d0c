// SPDX-License-Identifier: Apache-2.0
// What the server adds to the delay of picture and sound, live: nine cameras send in real time over
// DTLS-SRTP on the loopback device to a network shard, its link and its mixer, and one listener
// takes the mixed picture. Every camera's frames carry their number, which is read off the mixed
// picture afterwards, so that each frame is timed from its way in to its way out.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/event_loop.h"
#include "bench/added_latency_endpoint.h"
#include "bench/added_latency_room.h"
#include "bench/added_latency_sound.h"
#include "bench/camera_clips.h"
#include "codecs/registry.h"
#include "crypto/init.h"
#include "hwaccel/fit_rect.h"
#include "mcu/scene/layout.h"
#include "mcu/scene/scene.h"
#include "media/audio_frame.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

constexpr TimeDelta kConnectPatience = TimeDelta::Seconds(10);
constexpr TimeDelta kWarmUp = TimeDelta::Seconds(3);  // rate control and jitter buffers settle
constexpr TimeDelta kTick = TimeDelta::Seconds(1) / SpecOf(Rung::kHd).frames_per_second;

struct Options {
  int people = 9;
  int seconds = 20;
  int repetitions = 5;
  std::string cache = std::filesystem::temp_directory_path() / "continuo-bench";
  double at_most = 0;
};

struct ReceivedFrame {
  std::vector<uint8_t> payload;
  Timestamp time;
};

// What one run left behind.
struct Recording {
  std::vector<std::vector<Timestamp>> sent;  // [camera][frame number - 1]
  std::vector<LatencyRoom::MixedFrame> mixed;
  std::vector<ReceivedFrame> received;
  std::vector<TimedPacket> sound_sent;
  std::vector<TimedPacket> sound_received;
  Timestamp began;
  double cpu_seconds = 0;  // of the whole process, from `began` on
  double wall_seconds = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Plays everybody's part, in real time, on one thread.
class Meeting {
 public:
  Meeting(LatencyRoom& room, EventLoop& loop, const CameraClips& clips,
          const std::vector<std::vector<uint8_t>>& beeps)
      : room_(room), loop_(loop), clips_(clips), beeps_(beeps) {}

  Status Run(Recording& recording) {
    recording_ = &recording;
    recording.sent.resize(clips_.clips.size());
    if (auto joined = Join(); !joined) return joined;
    if (auto watched =
            loop_.WatchReadable(room_.mixed_fd(), [this] { room_.ReadMixed(recording_->mixed); });
        !watched) {
      return watched;
    }
    room_.ReadMixed(recording.mixed);
    loop_.EndEachTurnWith([this](Timestamp now) { return EndTurn(now); });
    loop_.CallAt(MonotonicNow() + kConnectPatience, [this] {
      if (!began_) loop_.Stop();
    });
    loop_.Run();
    loop_.Unwatch(room_.mixed_fd());
    if (!began_) return Fail(ErrorCode::kUnavailable, "not everybody could connect");
    recording.cpu_seconds = CpuSeconds() - cpu_at_begin_;
    recording.wall_seconds = (MonotonicNow() - *began_).seconds();
    return {};
  }

 private:
  Status Join() {
    const auto senders = static_cast<uint32_t>(clips_.clips.size());
    for (uint32_t id = 1; id <= senders + 1; ++id) {
      LatencyEndpoint::Events events;
      if (id > senders) {
        events.video = [this](const EncodedFrame& frame) {
          recording_->received.push_back(
              {{frame.payload.begin(), frame.payload.end()}, MonotonicNow()});
        };
        events.audio = [this](const AudioPacket& packet) { OnSound(packet); };
      }
      auto endpoint = LatencyEndpoint::Create(
          loop_,
          id > senders ? LatencyEndpoint::Direction::kListens : LatencyEndpoint::Direction::kSends,
          room_.certificate(), std::move(events));
      if (!endpoint) return tl::unexpected(endpoint.error());
      const auto answer = room_.Join(id, (*endpoint)->offer());
      if (!answer) return tl::unexpected(answer.error());
      if (auto started = (*endpoint)->Start(*answer); !started) return started;
      endpoints_.push_back(std::move(*endpoint));
    }
    return {};
  }

  void OnSound(const AudioPacket& packet) {
    recording_->sound_received.push_back(
        {packet.rtp_timestamp / static_cast<int64_t>(kSamplesPerTick),
         MonotonicNow(),
         {packet.payload.begin(), packet.payload.end()}});
  }

  Timestamp EndTurn(Timestamp now) {
    Timestamp next = Timestamp::Infinite();
    if (!began_ && std::ranges::all_of(endpoints_, [](auto& e) { return e->connected(); })) {
      recording_->began = now;
      began_ = now;
      cpu_at_begin_ = CpuSeconds();
    }
    if (began_) next = Send(now);
    for (auto& endpoint : endpoints_) next = std::min(next, endpoint->EndTurn(now));
    return next;
  }

  // Sends what is due. The cameras' phases are spread evenly over one interval.
  Timestamp Send(Timestamp now) {
    constexpr TimeDelta kInterval = TimeDelta::Seconds(1) / kCameraFramesPerSecond;
    Timestamp next = Timestamp::Infinite();
    for (size_t i = 0; i < clips_.clips.size(); ++i) {
      const auto& frames = clips_.clips[i].frames;
      auto& sent = recording_->sent[i];
      const TimeDelta phase =
          kInterval * static_cast<int64_t>(i) / static_cast<int64_t>(clips_.clips.size());
      const auto due = [&] {
        return *began_ + phase +
               TimeDelta::Seconds(1) * static_cast<int64_t>(sent.size()) / kCameraFramesPerSecond;
      };
      while (sent.size() < frames.size() && due() <= now) {
        const EncodedFrame& frame = frames[sent.size()];
        sent.push_back(MonotonicNow());
        endpoints_[i]->SendVideo(frame, sent.back());
      }
      if (sent.size() < frames.size()) next = std::min(next, due());
    }
    next = std::min(next, SendSound(now));
    // What is under way shall arrive.
    if (next.IsInfinite() && !std::exchange(ending_, true)) {
      loop_.CallAt(now + TimeDelta::Millis(300), [this] { loop_.Stop(); });
    }
    return next;
  }

  Timestamp SendSound(Timestamp now) {
    auto& sent = recording_->sound_sent;
    while (sent.size() < beeps_.size()) {
      const auto tick = static_cast<int64_t>(sent.size());
      const Timestamp due = *began_ + kAudioTick * tick;
      if (due > now) return due;
      const Timestamp time = MonotonicNow();
      sent.push_back({tick, time, beeps_[sent.size()]});
      endpoints_[0]->SendAudio(sent.back().opus, static_cast<uint32_t>(tick * 960), time);
    }
    return Timestamp::Infinite();
  }

  LatencyRoom& room_;
  EventLoop& loop_;
  const CameraClips& clips_;
  const std::vector<std::vector<uint8_t>>& beeps_;
  std::vector<std::unique_ptr<LatencyEndpoint>> endpoints_;
  Recording* recording_ = nullptr;
  std::optional<Timestamp> began_;
  double cpu_at_begin_ = 0;
  bool ending_ = false;
};

// A column of milliseconds.
class Latencies {
 public:
  void Add(TimeDelta d) { ms_.push_back(static_cast<double>(d.us()) / 1000); }
  void Add(const Latencies& other) { ms_.insert(ms_.end(), other.ms_.begin(), other.ms_.end()); }
  size_t count() const { return ms_.size(); }
  double Percentile(double p) {
    if (ms_.empty()) return -1;
    std::sort(ms_.begin(), ms_.end());
    return ms_[static_cast<size_t>(p * static_cast<double>(ms_.size() - 1) + 0.5)];
  }
  void Print(const char* name) {
    std::printf("%-58s %7.1f %7.1f %7.1f %7.1f\n", name, Percentile(0.5), Percentile(0.95),
                Percentile(0.99), Percentile(1));
  }

 private:
  std::vector<double> ms_;
};

// What was measured, in one run or in all of them.
struct Results {
  Latencies total, tick_wait, besides_tick, composing, sending, sound;
  size_t sent = 0;  // camera frames after the warm-up; not all of 30 fps are shown at 25
  double cores = 0;

  void Add(const Results& run) {
    total.Add(run.total);
    tick_wait.Add(run.tick_wait);
    besides_tick.Add(run.besides_tick);
    composing.Add(run.composing);
    sending.Add(run.sending);
    sound.Add(run.sound);
    sent += run.sent;
    cores = std::max(cores, run.cores);
  }
};

// The instants at which canvases fall due. A canvas may be composed late, but never early.
class Ticks {
 public:
  explicit Ticks(const std::vector<LatencyRoom::MixedFrame>& mixed)
      : origin_(mixed.front().frame.capture_time) {
    TimeDelta earliest;
    for (const auto& m : mixed) {
      const TimeDelta late = Lateness(m.frame.capture_time);
      earliest = std::min(earliest, late > kTick / 2 ? late - kTick : late);
    }
    origin_ += earliest;
  }
  Timestamp FirstAfter(Timestamp t) const { return t + (kTick - Lateness(t)); }

 private:
  TimeDelta Lateness(Timestamp t) const {
    const int64_t us = (t - origin_).us() % kTick.us();
    return TimeDelta::Micros(us < 0 ? us + kTick.us() : us);
  }
  Timestamp origin_;
};

// When the listener had each mixed frame whole; nothing for those before it joined. What it got is
// what was on the link, byte for byte, so the frames are found in one another.
std::vector<std::optional<Timestamp>> ArrivalTimes(const Recording& recording) {
  std::vector<std::optional<Timestamp>> times(recording.mixed.size());
  size_t next = 0;
  for (size_t i = 0; i < recording.mixed.size() && next < recording.received.size(); ++i) {
    const ReceivedFrame& received = recording.received[next];
    if (!std::ranges::equal(recording.mixed[i].frame.payload, received.payload)) continue;
    times[i] = received.time;
    ++next;
  }
  return times;
}

Status EvaluatePictures(const Recording& recording, Results& result) {
  if (recording.mixed.empty()) return Fail(ErrorCode::kInternal, "the mixer made no picture");
  const Ticks ticks(recording.mixed);
  const auto arrivals = ArrivalTimes(recording);
  const auto rects = GridLayout(static_cast<int>(recording.sent.size()), kCanvasSize);
  std::vector<size_t> shown(recording.sent.size());
  auto decoder = CreateVideoDecoder(VideoCodec::kH264);
  if (!decoder) return tl::unexpected(decoder.error());
  for (size_t i = 0; i < recording.mixed.size(); ++i) {
    const auto& mixed = recording.mixed[i];
    const auto picture = (*decoder)->Decode(mixed.frame.view());
    if (!picture || *picture == nullptr) return Fail(ErrorCode::kInternal, "a picture is broken");
    const bool counts = arrivals[i] && mixed.frame.capture_time > recording.began + kWarmUp;
    if (counts) {
      result.composing.Add(mixed.on_link - mixed.frame.capture_time);
      result.sending.Add(*arrivals[i] - mixed.on_link);
    }
    for (size_t camera = 0; camera < rects.size(); ++camera) {
      const PixelRect tile = FitRect(kCameraSize, rects[camera]);
      const auto number = ReadBarcode((*picture)->picture(), tile);
      if (!number || *number <= shown[camera] || *number > recording.sent[camera].size()) continue;
      shown[camera] = *number;
      if (!counts) continue;
      const Timestamp sent = recording.sent[camera][*number - 1];
      const Timestamp tick = ticks.FirstAfter(sent);
      result.total.Add(*arrivals[i] - sent);
      result.tick_wait.Add(tick - sent);
      result.besides_tick.Add(*arrivals[i] - tick);
    }
  }
  for (const auto& camera : recording.sent) {
    result.sent += static_cast<size_t>(std::ranges::count_if(
        camera, [&](Timestamp sent) { return sent > recording.began + kWarmUp; }));
  }
  return {};
}

Status EvaluateSound(const Recording& recording, Results& result) {
  const auto in = FindBeeps(recording.sound_sent);
  const auto out = FindBeeps(recording.sound_received);
  if (!in) return tl::unexpected(in.error());
  if (!out) return tl::unexpected(out.error());
  for (const Timestamp beep : *in) {
    if (beep < recording.began + kWarmUp) continue;
    const auto heard = std::ranges::lower_bound(*out, beep);
    if (heard != out->end() && *heard - beep < TimeDelta::Millis(250)) {
      result.sound.Add(*heard - beep);
    }
  }
  return {};
}

// One meeting in a room of its own.
Result<Results> RunOnce(const CameraClips& clips, const std::vector<std::vector<uint8_t>>& beeps) {
  auto loop = EventLoop::Create();
  if (!loop) return tl::unexpected(loop.error());
  auto room = LatencyRoom::Create(static_cast<uint32_t>(clips.clips.size()));
  if (!room) return tl::unexpected(room.error());
  Recording recording;
  {
    Meeting meeting(**room, **loop, clips, beeps);
    if (auto ran = meeting.Run(recording); !ran) return tl::unexpected(ran.error());
  }
  room->reset();
  Results results;
  results.cores = recording.cpu_seconds / recording.wall_seconds;
  if (auto done = EvaluatePictures(recording, results); !done) return tl::unexpected(done.error());
  if (auto done = EvaluateSound(recording, results); !done) return tl::unexpected(done.error());
  if (results.total.count() == 0 || results.sound.count() == 0) {
    return Fail(ErrorCode::kInternal, "nothing could be timed");
  }
  return results;
}

void Print(const Options& options, bool synthetic, Results& all) {
  std::printf(
      "%d cameras (%s), 640x480 at 30 fps, into one listener's 1280x720 at 25 fps; %d runs of %d "
      "s\n%zu camera frames timed, %.1f %% of those sent (25 of 30 can be shown); %zu beeps\n"
      "edge, mixer and all endpoints together took at most %.2f cores\n\n",
      options.people, synthetic ? "synthetic" : "real people", options.repetitions, options.seconds,
      all.total.count(),
      100 * static_cast<double>(all.total.count()) / static_cast<double>(all.sent),
      all.sound.count(), all.cores);
  std::printf("%-58s %7s %7s %7s %7s\n", "ms", "p50", "p95", "p99", "max");
  all.total.Print("picture: last packet in to last packet out");
  all.tick_wait.Print("  until the first tick after its arrival");
  all.besides_tick.Print("  besides: from that tick to the last packet out");
  all.composing.Print("    of each canvas: compose and encode, tick to link");
  all.sending.Print("    of each canvas: link to the listener's last packet");
  all.sound.Print("sound: onset in to onset out");
}

Result<int> Run(const Options& options) {
  const auto clips = LoadCameraClips(options.people, options.seconds, options.cache);
  if (!clips) return tl::unexpected(clips.error());
  const auto beeps = MakeBeeps(options.seconds);
  if (!beeps) return tl::unexpected(beeps.error());
  Results all;
  for (int i = 0; i < options.repetitions; ++i) {
    auto run = RunOnce(*clips, *beeps);
    if (!run) return tl::unexpected(run.error());
    std::fprintf(stderr, "run %d of %d: p95 besides the tick %.1f ms\n", i + 1, options.repetitions,
                 run->besides_tick.Percentile(0.95));
    all.Add(*run);
  }
  Print(options, clips->synthetic, all);
  const double p95 = all.besides_tick.Percentile(0.95);
  if (options.at_most > 0 && p95 > options.at_most) {
    std::printf("p95 besides the tick is %.1f ms, more than %.1f\n", p95, options.at_most);
    return 1;
  }
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app{"The delay that the server adds to picture and sound"};
  Options options;
  app.add_option("--people", options.people)->check(CLI::Range(1, 25));
  app.add_option("--seconds", options.seconds, "of each run")->check(CLI::Range(5, 600));
  app.add_option("--repetitions", options.repetitions)->check(CLI::Range(1, 100));
  app.add_option("--cache", options.cache, "folder for the cameras' clips");
  app.add_option("--at-most", options.at_most, "exit 1 if p95 besides the tick is more, in ms");
  CLI11_PARSE(app, argc, argv);
  if (auto ready = InitCrypto(); !ready) {
    std::fprintf(stderr, "bench_added_latency: %s\n", ToString(ready.error()).c_str());
    return 1;
  }
  const auto result = Run(options);
  if (!result) std::fprintf(stderr, "bench_added_latency: %s\n", ToString(result.error()).c_str());
  return result.value_or(1);
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main(argc, argv); }
