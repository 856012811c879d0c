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

// Opens what comes from one endpoint: RTP and RTCP, up to 64 SSRCs of each. Fed by the
// demultiplexer (RFC 5761 tells RTP from RTCP), one thread. Hostile bytes are ordinary: whatever is
// malformed, forged or replayed is counted and leaves no trace; streams and replay windows move
// only after a valid tag. Nothing allocates but a stream's first packet. RFC 3711 §3.3, §3.4; RFC
// 7714.
class SrtpReceiver {
 public:
  // `probe` outlives the receiver.
  static Result<SrtpReceiver> Create(SrtpProfile profile, const SrtpMasterKey& master,
                                     SrtpProbe* probe);

  // Opens the packet in place and returns its plain length; nothing when it is to be dropped, and
  // then the bytes are worthless.
  std::optional<size_t> UnprotectRtp(MutableBytes packet);
  std::optional<size_t> UnprotectRtcp(MutableBytes packet);

 private:
  SrtpReceiver(SrtpCipher rtp, SrtpCipher rtcp, SrtpProbe* probe)
      : rtp_(std::move(rtp)), rtcp_(std::move(rtcp)), probe_(probe) {}

  // Books an authentic packet. False when it is of one SSRC too many.
  bool Accept(SsrcStreams& streams, ReplayWindow* stream, Ssrc ssrc, uint64_t index);

  SrtpCipher rtp_;
  SrtpCipher rtcp_;
  SsrcStreams rtp_streams_;
  SsrcStreams rtcp_streams_;
  SrtpProbe* probe_;
};

}  // namespace continuo
