// SPDX-License-Identifier: Apache-2.0
#include "transport/session/rtcp_sender.h"

#include <array>

#include "transport/session/receive_side.h"
#include "transport/session/secure_path.h"
#include "transport/session/send_side.h"
#include "transport/wire/rtcp_writer.h"

namespace continuo {

RtcpSender::RtcpSender(const LocalDescription& local, const NegotiatedMedia& media,
                       SecurePath& path, uint64_t seed)
    : local_(local),
      reduced_size_(media.reduced_size_rtcp),
      path_(path),
      ssrc_(media.audio ? local.audio_ssrc : local.video_ssrc),
      jitter_(seed) {}

void RtcpSender::Start(Timestamp now) { Schedule(now); }

void RtcpSender::Schedule(Timestamp now) {
  next_report_ = now + TimeDelta::Micros(static_cast<int64_t>(static_cast<double>(kInterval.us()) *
                                                              (0.5 + jitter_.Unit())));
}

void RtcpSender::SendReports(const SendSide& send, ReceiveSide& receive, Timestamp now) {
  std::array<uint8_t, kMaxCompound> buffer;
  ByteWriter out(buffer);
  const auto blocks = receive.TakeReports(now);
  const auto audio = send.AudioReport(now);
  const auto video = send.VideoReport(now);
  // The blocks go with whichever report comes first.
  if (audio) WriteSenderReport(out, *audio, blocks);
  if (video && audio) WriteSenderReport(out, *video);
  if (video && !audio) WriteSenderReport(out, *video, blocks);
  if (!audio && !video) WriteReceiverReport(out, ssrc_, blocks);
  WriteCname(out, ssrc_, local_.cname);
  if (video && video->ssrc != ssrc_) WriteCname(out, video->ssrc, local_.cname);
  Transmit(out.written());
  Schedule(now);
}

void RtcpSender::SendNack(Ssrc media, std::span<const uint16_t> sequences) {
  SendFeedback([&](ByteWriter& out) { return WriteNack(out, {ssrc_, media, sequences}); });
}

void RtcpSender::SendPli(Ssrc media) {
  SendFeedback([&](ByteWriter& out) { return WritePli(out, {ssrc_, media}); });
}

void RtcpSender::SendBye() {
  const std::array<Ssrc, 3> ours{local_.audio_ssrc, local_.video_ssrc, local_.video_rtx_ssrc};
  SendFeedback([&](ByteWriter& out) { return WriteBye(out, ours); });
}

// Without RFC 5506 every packet is a full compound: a report, perhaps empty, and the name.
void RtcpSender::BeginFeedback(ByteWriter& out) const {
  if (reduced_size_) return;
  WriteReceiverReport(out, ssrc_, {});
  WriteCname(out, ssrc_, local_.cname);
}

void RtcpSender::Transmit(ByteView compound) { path_.SendRtcp(compound); }

}  // namespace continuo
