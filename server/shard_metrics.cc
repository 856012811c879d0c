// SPDX-License-Identifier: Apache-2.0
// What a network shard counts, under the names that dashboards know.
#include <string>

#include "server/shard_router.h"

namespace continuo {
namespace {

// Adds counters that differ in one label.
class Family {
 public:
  Family(MetricRegistry& registry, std::string_view name, std::string_view help,
         std::string_view label)
      : registry_(registry), name_(name), help_(help), label_(label) {}
  Family& With(std::string_view value, const Counter& counter) {
    registry_.AddCounter(name_, help_, {{std::string(label_), std::string(value)}}, counter);
    return *this;
  }

 private:
  MetricRegistry& registry_;
  const std::string_view name_, help_, label_;
};

void RegisterUdp(MetricRegistry& registry, const UdpSocket::Counters& udp) {
  Family(registry, "continuo_datagrams_total", "UDP datagrams.", "direction")
      .With("in", udp.datagrams_received)
      .With("out", udp.datagrams_sent);
  Family(registry, "continuo_datagram_bytes_total", "Bytes of UDP datagrams.", "direction")
      .With("in", udp.bytes_received)
      .With("out", udp.bytes_sent);
  Family(registry, "continuo_datagrams_dropped_total", "Datagrams lost at our own socket.",
         "reason")
      .With("truncated", udp.truncated)
      .With("send_buffer_full", udp.dropped_full)
      .With("refused", udp.dropped_refused);
}

void RegisterSessions(MetricRegistry& registry, const SessionProbe& session,
                      const SessionMuxProbe& mux) {
  registry.AddGauge("continuo_sessions", "Sessions, connected or connecting.", {}, mux.sessions);
  registry.AddCounter("continuo_sessions_connected_total", "Sessions that connected.", {},
                      session.connected);
  Family(registry, "continuo_sessions_closed_total", "Sessions that ended.", "reason")
      .With("peer", session.closed_by_peer)
      .With("consent_lost", session.closed_consent_lost)
      .With("handshake_timeout", session.closed_handshake_timeout);
  Family(registry, "continuo_datagrams_ignored_total", "Datagrams that were dropped unread.",
         "reason")
      .With("unknown_source", mux.unknown_source)
      .With("unknown_ufrag", mux.unknown_ufrag)
      .With("rate_limited", mux.rate_limited)
      .With("unvalidated", session.unvalidated)
      .With("early", session.early)
      .With("unclassified", session.unclassified)
      .With("malformed_rtp", session.malformed_rtp)
      .With("malformed_rtcp", session.malformed_rtcp)
      .With("unmapped_ssrc", session.unmapped_ssrc);
}

void RegisterCrypto(MetricRegistry& registry, const DtlsProbe& dtls, const SrtpProbe& srtp) {
  Family(registry, "continuo_dtls_handshakes_total", "DTLS handshakes.", "result")
      .With("completed", dtls.handshakes_completed)
      .With("abandoned", dtls.handshakes_abandoned)
      .With("fingerprint_mismatch", dtls.fingerprint_mismatches);
  Family(registry, "continuo_srtp_refused_total", "Packets that SRTP refused.", "reason")
      .With("malformed", srtp.malformed)
      .With("authentication", srtp.auth_failures)
      .With("replay", srtp.replays)
      .With("ssrc", srtp.ssrcs_refused)
      .With("seal", srtp.seal_refused);
}

void RegisterStreams(MetricRegistry& registry, const RxProbe& rx, const TxProbe& tx,
                     const SessionProbe& session) {
  Family(registry, "continuo_rtp_packets_total", "RTP packets.", "direction")
      .With("in", rx.packets)
      .With("out", tx.packets);
  Family(registry, "continuo_video_frames_total", "Access units.", "direction")
      .With("in", rx.frames)
      .With("out", tx.frames);
  Family(registry, "continuo_video_frames_dropped_total", "Access units that went no further.",
         "reason")
      .With("incomplete", rx.frames_incomplete)
      .With("undecodable", rx.frames_undecodable)
      .With("withheld", tx.frames_withheld)
      .With("queue", tx.frames_dropped);
  Family(registry, "continuo_nacked_packets_total", "Packets asked for again.", "direction")
      .With("in", session.nacked_packets)
      .With("out", rx.nacks);
  Family(registry, "continuo_key_frame_requests_total", "Requests for a key frame.", "direction")
      .With("in", session.key_frame_requests)
      .With("out", rx.plis);
  registry.AddCounter("continuo_rtp_lost_total", "Packets given up for lost.", {}, rx.lost);
  registry.AddCounter("continuo_retransmissions_total", "Packets sent again.", {},
                      tx.retransmissions);
}

}  // namespace

void ShardRouter::Register(MetricRegistry& registry) const {
  RegisterUdp(registry, socket_->counters());
  RegisterSessions(registry, transport_probe_.session, mux_probe_);
  RegisterCrypto(registry, transport_probe_.dtls, transport_probe_.srtp);
  RegisterStreams(registry, transport_probe_.rx, transport_probe_.tx, transport_probe_.session);
  Family(registry, "continuo_link_lost_total", "Frames and packets lost between edge and mixer.",
         "reason")
      .With("overflow", fanout_probe_.overflows)
      .With("no_mixer", fanout_probe_.without_mixer)
      .With("bad_record", fanout_probe_.bad_records);
  registry.AddCounter("continuo_rendition_frames_total",
                      "Frames from mixers, once per rendition and shard.", {},
                      fanout_probe_.rendition_frames);
}

}  // namespace continuo
