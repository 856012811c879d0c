// SPDX-License-Identifier: Apache-2.0
// Ours against libsrtp2 on the same packets and the same accidents: both must seal to the same
// bytes, accept the same packets and read the same plain text from them.
#include <array>
#include <memory>

#include "base/check.h"
#include "tests/unit/transport/srtp/libsrtp_peer.h"
#include "transport/srtp/srtp_receiver.h"
#include "transport/srtp/srtp_sender.h"

namespace continuo {
namespace {

constexpr size_t kMaxSteps = 64;
// However much is lost, a receiver is less than 2^15 behind: beyond, RFC 3711 and libsrtp2 guess
// differently at the beginning of a stream, and none of the two can be right.
constexpr uint16_t kMaxJump = 500;

class Pair {
 public:
  Pair(SrtpProfile profile, uint16_t first_sequence)
      : sender_(*SrtpSender::Create(profile, MasterKey(profile), &probe_)),
        receiver_(*SrtpReceiver::Create(profile, MasterKey(profile), &probe_)),
        their_sender_(profile, MasterKey(profile), LibsrtpPeer::Direction::kSends),
        their_receiver_(profile, MasterKey(profile), LibsrtpPeer::Direction::kReceives),
        sequences_{first_sequence, 1} {}

  // One packet, made from and harmed by the next few bytes of the input.
  void Step(ByteReader& input) {
    const uint8_t what = input.U8();
    const bool rtcp = (what & 1) != 0;
    const Packet plain = rtcp ? RtcpPacket(Ssrc(5), what >> 4) : NextRtp(what, input);
    const auto sealed = Seal(rtcp, plain);
    if (!sealed) return;
    last_[rtcp] = *sealed;
    if ((what & 2) != 0) return;  // lost
    Deliver(rtcp, *sealed);
    if ((what & 4) != 0) Deliver(rtcp, *sealed);  // twice
    Harm(rtcp, input);
  }

 private:
  Packet NextRtp(uint8_t what, ByteReader& input) {
    const size_t stream = what >> 7;
    uint16_t& sequence = sequences_[stream];
    sequence = static_cast<uint16_t>(sequence + input.U16() % kMaxJump);
    return RtpPacket({.ssrc = Ssrc(static_cast<uint32_t>(stream)),
                      .sequence = sequence,
                      .payload_size = input.U8(),
                      .csrcs = static_cast<uint8_t>(what >> 3 & 3),
                      .extension_words = (what >> 5 & 3) - 1});
  }

  std::optional<Packet> Seal(bool rtcp, const Packet& plain) {
    Packet ours(plain);
    ours.resize(plain.size() + kMaxSrtpOverhead);
    const auto size =
        rtcp ? sender_.ProtectRtcp(ours, plain.size()) : sender_.ProtectRtp(ours, plain.size());
    const auto theirs = rtcp ? their_sender_.ProtectRtcp(plain) : their_sender_.ProtectRtp(plain);
    CONTINUO_CHECK(size.has_value() == theirs.has_value());
    if (!size) return std::nullopt;
    ours.resize(*size);
    CONTINUO_CHECK(ours == *theirs);
    return ours;
  }

  void Deliver(bool rtcp, const Packet& packet) {
    Packet ours(packet);
    const auto size = rtcp ? receiver_.UnprotectRtcp(ours) : receiver_.UnprotectRtp(ours);
    const auto theirs =
        rtcp ? their_receiver_.UnprotectRtcp(packet) : their_receiver_.UnprotectRtp(packet);
    CONTINUO_CHECK(size.has_value() == theirs.has_value());
    if (!size) return;
    ours.resize(*size);
    CONTINUO_CHECK(ours == *theirs);
  }

  // Delivers a damaged or a cut copy of an earlier packet, or bytes that never were one.
  void Harm(bool rtcp, ByteReader& input) {
    Packet packet = last_[rtcp];
    const uint8_t how = input.U8();
    const size_t where = input.U16();
    if (packet.empty()) return;
    if ((how & 1) != 0) packet[where % packet.size()] ^= static_cast<uint8_t>(how | 2);
    if ((how & 4) != 0) packet.resize(where % packet.size());
    if ((how & 8) != 0) {
      const ByteView raw = input.Bytes(std::min<size_t>(where % 64, input.remaining()));
      packet.assign(raw.begin(), raw.end());
    }
    Deliver(rtcp, packet);
  }

  SrtpProbe probe_;
  SrtpSender sender_;
  SrtpReceiver receiver_;
  LibsrtpPeer their_sender_;
  LibsrtpPeer their_receiver_;
  std::array<Packet, 2> last_;
  std::array<uint16_t, 2> sequences_;
};

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using continuo::kSrtpProfiles;
  continuo::ByteReader input({data, size});
  const auto profile = kSrtpProfiles[input.U8() % kSrtpProfiles.size()];
  continuo::Pair pair(profile, input.U16());
  for (size_t i = 0; i < continuo::kMaxSteps && input.remaining() > 0; ++i) pair.Step(input);
  return 0;
}
