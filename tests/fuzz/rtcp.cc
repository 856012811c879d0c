// SPDX-License-Identifier: Apache-2.0
// Any bytes as RTCP. Besides not crashing: whatever is understood can be written, and is then read
// as the same again.
#include "transport/wire/rtcp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "transport/wire/rtcp_writer.h"

namespace continuo {
namespace {

// Puts down, in one list of bytes, everything that it hears.
class Recorder : public RtcpObserver {
 public:
  void OnSenderInfo(const SenderInfo& s) override {
    Note({1, s.ssrc.value(), s.ntp.value(), s.rtp_timestamp, s.packet_count, s.octet_count});
  }
  void OnReportBlock(Ssrc reporter, const ReportBlock& b) override {
    Note({2, reporter.value(), b.source.value(), b.fraction_lost,
          static_cast<uint32_t>(b.cumulative_lost), b.extended_highest_sequence, b.jitter,
          b.last_sr, b.delay_since_last_sr});
  }
  void OnCname(Ssrc source, std::string_view cname) override {
    Note({3, source.value(), cname.size()});
    for (const char c : cname) Note({static_cast<uint8_t>(c)});
  }
  void OnBye(Ssrc source) override { Note({4, source.value()}); }
  void OnNack(const Nack& nack) override {
    Note({5, nack.sender.value(), nack.media.value(), nack.sequences.size()});
    for (const uint16_t sequence : nack.sequences) Note({sequence});
  }
  void OnPli(const Pli& pli) override { Note({6, pli.sender.value(), pli.media.value()}); }
  void OnFir(const Fir& fir) override {
    Note({7, fir.sender.value(), fir.media.value(), fir.command_sequence});
  }
  void OnRemb(const Remb& remb) override {
    Note({8, remb.sender.value(), static_cast<uint64_t>(remb.bitrate.bps()), remb.media.size()});
    for (const Ssrc ssrc : remb.media) Note({ssrc.value()});
  }

  const std::vector<uint64_t>& notes() const { return notes_; }

 private:
  void Note(std::initializer_list<uint64_t> values) {
    notes_.insert(notes_.end(), values.begin(), values.end());
  }
  std::vector<uint64_t> notes_;
};

// Writes each thing it hears, on its own, and checks that it is heard the same again.
class Rewriter : public RtcpObserver {
 public:
  void OnSenderInfo(const SenderInfo& s) override {
    Check([&](ByteWriter& out) { return WriteSenderReport(out, s); },
          [&](RtcpObserver& o) { o.OnSenderInfo(s); });
  }
  void OnReportBlock(Ssrc reporter, const ReportBlock& b) override {
    Check([&](ByteWriter& out) { return WriteReceiverReport(out, reporter, std::span(&b, 1)); },
          [&](RtcpObserver& o) { o.OnReportBlock(reporter, b); });
  }
  void OnCname(Ssrc source, std::string_view cname) override {
    Check([&](ByteWriter& out) { return WriteCname(out, source, cname); },
          [&](RtcpObserver& o) { o.OnCname(source, cname); });
  }
  void OnBye(Ssrc source) override {
    Check([&](ByteWriter& out) { return WriteBye(out, std::span(&source, 1)); },
          [&](RtcpObserver& o) { o.OnBye(source); });
  }
  void OnNack(const Nack& nack) override {
    std::vector<uint16_t> sorted(nack.sequences.begin(), nack.sequences.end());
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const Nack clean{nack.sender, nack.media, sorted};
    Check([&](ByteWriter& out) { return WriteNack(out, clean); },
          [&](RtcpObserver& o) { o.OnNack(clean); });
  }
  void OnPli(const Pli& pli) override {
    Check([&](ByteWriter& out) { return WritePli(out, pli); },
          [&](RtcpObserver& o) { o.OnPli(pli); });
  }
  void OnFir(const Fir& fir) override {
    Check([&](ByteWriter& out) { return WriteFir(out, fir); },
          [&](RtcpObserver& o) { o.OnFir(fir); });
  }
  void OnRemb(const Remb& remb) override {
    Check([&](ByteWriter& out) { return WriteRemb(out, remb); },
          [&](RtcpObserver& o) { o.OnRemb(remb); });
  }
  void OnTransportFeedback(const TransportFeedback& feedback) override { CheckFeedback(feedback); }

 private:
  template <typename Write, typename Expect>
  void Check(Write write, Expect expect) {
    std::array<uint8_t, 4096> buffer;
    ByteWriter out(buffer);
    CONTINUO_CHECK(write(out));
    Recorder heard;
    CONTINUO_CHECK(ParseRtcp(out.written(), heard) == RtcpTally{.understood = 1});
    Recorder expected;
    expect(expected);
    CONTINUO_CHECK(heard.notes() == expected.notes());
  }

  void CheckFeedback(const TransportFeedback& feedback) {
    std::vector<TransportFeedback::Packet> packets;
    std::vector<Timestamp> arrivals;
    TransportFeedback::Cursor cursor(feedback);
    // An origin of whole reference ticks, far enough from 0 for any sum of negative deltas.
    const Timestamp origin = Timestamp::Micros(0) + kFeedbackReferenceTick * 4'000'000;
    while (const auto packet = cursor.Next()) {
      packets.push_back(*packet);
      arrivals.push_back(packet->arrival ? origin + *packet->arrival : Timestamp::Infinite());
    }
    CONTINUO_CHECK(packets.size() == feedback.packet_count());

    std::array<uint8_t, 4096> buffer;
    ByteWriter out(buffer);
    const size_t taken = WriteTransportFeedback(
        out, {.base_sequence = feedback.base_sequence(), .arrivals = arrivals});
    if (taken == 0) return;
    const auto again = TransportFeedback::Parse(out.written());
    CONTINUO_CHECK(again && again->packet_count() == taken);
    TransportFeedback::Cursor cursor_again(*again);
    for (size_t i = 0; i < taken; ++i) {
      const auto packet = cursor_again.Next();
      CONTINUO_CHECK(packet && packet->sequence == packets[i].sequence);
      CONTINUO_CHECK(packet->arrival.has_value() == packets[i].arrival.has_value());
      if (!packet->arrival) continue;
      const Timestamp arrival = Timestamp::Micros(0) + again->reference_time() + *packet->arrival;
      CONTINUO_CHECK((arrival - arrivals[i]) == TimeDelta::Micros(0));
    }
  }
};

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::Rewriter rewriter;
  continuo::ParseRtcp({data, size}, rewriter);
  return 0;
}
