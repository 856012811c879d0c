// SPDX-License-Identifier: Apache-2.0
// continuo-join: a headless endpoint. A program of its own beside `continuo`, because it links the
// GPL build of FFmpeg.
#include <signal.h>
#include <sys/signalfd.h>

extern "C" {
#include <libavutil/log.h>
}

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/event_loop.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "cli/join/clip.h"
#include "cli/join/headless_endpoint.h"
#include "cli/join/recorder.h"
#include "cli/join/whip_client.h"
#include "crypto/certificate.h"
#include "crypto/init.h"
#include "media/rendition.h"

namespace continuo {
namespace {

struct Options {
  std::string url;
  std::string video;
  std::string audio;
  std::string record;
  std::string duration;
  VideoCodec codec = VideoCodec::kVp8;
  std::string rendition = "hd";
  WhipClient::Options http;
  bool json = false;
};

// "10s", "500ms", "5m", "1h"; a bare number is seconds.
std::optional<TimeDelta> ParseDuration(const std::string& text) {
  size_t end = 0;
  double value = 0;
  try {
    value = std::stod(text, &end);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  const std::string unit = text.substr(end);
  const double scale = unit == "ms"                  ? 1e-3
                       : unit == "s" || unit.empty() ? 1
                       : unit == "m"                 ? 60
                       : unit == "h"                 ? 3600
                                                     : 0;
  if (scale == 0 || value <= 0 || value * scale > 1e6) return std::nullopt;
  return TimeDelta::Micros(static_cast<int64_t>(value * scale * 1e6));
}

int Failed(const Error& error) {
  std::fprintf(stderr, "continuo join: %s\n", ToString(error).c_str());
  return 1;
}

void PrintSummary(const HeadlessEndpoint::Summary& s, bool json) {
  const auto ms = [](const std::optional<TimeDelta>& d) { return d ? d->ms() : -1; };
  const char* format =
      json ? "{\"connected\":%s,\"connected_ms\":%lld,\"first_picture_ms\":%lld,"
             "\"video_frames\":%llu,\"key_frames\":%llu,\"audio_packets\":%llu,"
             "\"packets_received\":%llu,\"packets_lost\":%llu}\n"
           : "connected %s after %lld ms, first picture after %lld ms, %llu pictures (%llu key), "
             "%llu sound packets, %llu packets received, %llu lost\n";
  std::printf(format, s.connected ? (json ? "true" : "yes") : (json ? "false" : "no"),
              static_cast<long long>(ms(s.connected_after)),
              static_cast<long long>(ms(s.first_picture_after)),
              static_cast<unsigned long long>(s.video_frames),
              static_cast<unsigned long long>(s.key_frames),
              static_cast<unsigned long long>(s.audio_packets),
              static_cast<unsigned long long>(s.packets_received),
              static_cast<unsigned long long>(s.packets_lost));
}

// Everything that runs while the media does.
Status RunEndpoint(const Options& options, std::optional<TimeDelta> duration, JoinLink link) {
  std::optional<VideoClip> video;
  std::optional<AudioClip> audio;
  if (!options.video.empty()) {
    auto clip = LoadVideoClip(options.video, options.codec, {640, 480});
    if (!clip) return tl::unexpected(clip.error());
    video = std::move(*clip);
  }
  if (!options.audio.empty()) {
    auto clip = LoadAudioClip(options.audio);
    if (!clip) return tl::unexpected(clip.error());
    audio = std::move(*clip);
  }
  std::unique_ptr<Recorder> recorder;
  if (!options.record.empty()) {
    auto made = Recorder::Create(options.record, options.codec);
    if (!made) return tl::unexpected(made.error());
    recorder = std::move(*made);
  }
  auto loop = EventLoop::Create();
  if (!loop) return tl::unexpected(loop.error());
  auto socket = UdpSocket::CreateOnAnyAddress(0, PortSharing::kExclusive);
  if (!socket) return tl::unexpected(socket.error());
  const auto certificate = Certificate::MakeForDtls(UnixSeconds());
  if (!certificate) return tl::unexpected(certificate.error());
  auto dtls = DtlsContext::Create(*certificate);
  if (!dtls) return tl::unexpected(dtls.error());

  const LocalDescription local =
      MakeLocalDescription(ShardIndex(0), certificate->fingerprint(), {});
  OfferParameters parameters;
  parameters.send_audio = audio.has_value();
  parameters.send_video = video.has_value();
  parameters.codecs = {options.codec};
  WhipClient http(std::move(link), options.http);
  const auto answer = http.Join(MakeOffer(parameters, local), options.rendition);
  if (!answer) return tl::unexpected(answer.error());
  auto media = ApplyAnswer(parameters, *answer);
  if (!media) return tl::unexpected(media.error());

  // Blocked only now: until the media runs, Ctrl-C may simply end us.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const UniqueFd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  EventLoop& events = **loop;
  if (auto watched = events.WatchReadable(signals.get(), [&] { events.Stop(); }); !watched) {
    return watched;
  }
  HeadlessEndpoint endpoint(events, std::move(*socket), std::move(*dtls), std::move(video),
                            std::move(audio), recorder.get());
  if (auto started = endpoint.Start(local, std::move(*media), [&] { events.Stop(); }); !started) {
    return started;
  }
  if (duration) events.CallAt(MonotonicNow() + *duration, [&] { events.Stop(); });
  events.Run();
  endpoint.Stop();
  http.Leave();
  PrintSummary(endpoint.summary(), options.json);
  if (!endpoint.summary().connected) {
    return Fail(ErrorCode::kUnavailable, "no connection to the server's media port");
  }
  return recorder ? recorder->Finish() : Status{};
}

int Main(int argc, char** argv) {
  CLI::App app{"Joins a room without a screen: clips as camera and microphone, and a recording"};
  app.name("continuo join");
  Options options;
  app.add_option("url", options.url, "join link: https://HOST:PORT/join/ROOM#TOKEN")->required();
  app.add_option("--video", options.video, "file to send as camera, or pattern:NUMBER");
  app.add_option("--audio", options.audio, "file to send as microphone, or tone:HERTZ");
  app.add_option("--record", options.record, "Matroska file for what comes back");
  app.add_option("--duration", options.duration, "leave after this long: 10s, 5m; else at Ctrl-C");
  const std::map<std::string, VideoCodec> codecs{{"vp8", VideoCodec::kVp8},
                                                 {"h264", VideoCodec::kH264}};
  app.add_option("--codec", options.codec, "vp8 or h264, both ways")
      ->transform(CLI::CheckedTransformer(codecs));
  app.add_option("--rendition", options.rendition, "hd or sd")->check(CLI::IsMember({"hd", "sd"}));
  app.add_option("--ca", options.http.ca_file, "PEM file of the server's certificate");
  app.add_flag("--insecure", options.http.insecure, "accept any certificate of the server");
  app.add_flag("--json", options.json, "print the summary as JSON");
  CLI11_PARSE(app, argc, argv);

  std::optional<TimeDelta> duration;
  if (!options.duration.empty()) {
    duration = ParseDuration(options.duration);
    if (!duration) {
      return Failed({ErrorCode::kInvalidArgument, "not a duration", options.duration});
    }
  }
  av_log_set_level(AV_LOG_ERROR);
  if (auto ready = InitCrypto(); !ready) return Failed(ready.error());
  auto link = ParseJoinLink(options.url);
  if (!link) return Failed(link.error());
  const Status run = RunEndpoint(options, duration, std::move(*link));
  return run ? 0 : Failed(run.error());
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) { return continuo::Main(argc, argv); }
