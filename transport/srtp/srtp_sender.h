// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "transport/srtp/srtp_cipher.h"
#include "transport/srtp/srtp_probe.h"
#include "transport/srtp/ssrc_streams.h"

namespace continuo {

// Seals what goes to one endpoint: RTP of up to 64 SSRCs and RTCP. Fed by the pacer, one thread.
// Packets of a stream come roughly in order (within 32768 of each other); their ROC is counted
// here. An index is sealed once: sealing other bytes under it would give the key away, so a second
// try is refused and counted. Retransmissions go by RTX (RFC 4588), or keep the sealed bytes and
// send those again. A stream's first sequence number is best below 2^15, lest an early loss costs
// the receiver the ROC (RFC 3711 §3.3.1). Every size is in bytes; nothing allocates but a stream's
// first packet.
class SrtpSender {
 public:
  // `probe` outlives the sender.
  static Result<SrtpSender> Create(SrtpProfile profile, const SrtpMasterKey& master,
                                   SrtpProbe* probe);

  size_t rtp_overhead() const { return rtp_.sizes().rtp_overhead(); }
  size_t rtcp_overhead() const { return rtcp_.sizes().rtcp_overhead(); }

  // Seals the RTP packet in the first `length` bytes of `buffer`, in place; the rest of `buffer` is
  // tailroom for the tag. Returns the new length, or nothing: see SrtpProbe::seal_refused.
  std::optional<size_t> ProtectRtp(MutableBytes buffer, size_t length);

  // The same for a header of this endpoint's own before a payload that many endpoints share: header
  // and sealed payload land in `out`, which does not overlap the payload; nothing is copied first.
  // `header` is the whole RTP header with CSRCs and extension.
  std::optional<size_t> SealRtp(ByteView header, ByteView payload, MutableBytes out);

  // Seals a compound (or reduced-size) RTCP packet, in place, as ProtectRtp does.
  std::optional<size_t> ProtectRtcp(MutableBytes buffer, size_t length);

 private:
  SrtpSender(SrtpCipher rtp, SrtpCipher rtcp, SrtpProbe* probe)
      : rtp_(std::move(rtp)), rtcp_(std::move(rtcp)), probe_(probe) {}

  std::optional<uint64_t> TakeRtpIndex(Ssrc ssrc, uint16_t sequence);
  std::optional<size_t> Refuse();

  SrtpCipher rtp_;
  SrtpCipher rtcp_;
  SsrcStreams streams_;
  uint32_t next_rtcp_index_ = 1;
  SrtpProbe* probe_;
};

}  // namespace continuo
