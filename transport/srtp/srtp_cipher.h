// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "transport/srtp/key_derivation.h"
#include "transport/srtp/srtp_profile.h"

namespace continuo {

// Seals and opens single packets of one direction and one kind under session keys, given their
// index. Keeps no state of streams: which index, and whether it was used before, is for SrtpSender
// and SrtpReceiver to know. RFC 3711 §3.1, §3.4, §4; RFC 7714 §8, §9. One thread at a time.
// Sizes are checked by the callers in this folder: buffers that do not fit are our bug.
class SrtpCipher {
 public:
  static Result<SrtpCipher> Create(SrtpProfile profile, const SrtpSessionKeys& keys);
  static Result<SrtpCipher> Derive(SrtpProfile profile, const SrtpMasterKey& master,
                                   SrtpStreamKind kind);

  const SrtpProfileSizes& sizes() const { return sizes_; }

  // `out` is header, payload and tag; its header is written already. `payload` may be the same
  // bytes as its place in `out`.
  void SealRtp(uint64_t index, Ssrc ssrc, size_t header_size, ByteView payload, MutableBytes out);
  // Turns a protected packet into a plain one, in place. False: as it was, or worthless.
  [[nodiscard]] bool OpenRtp(uint64_t index, Ssrc ssrc, size_t header_size, MutableBytes packet);

  // `packet` is a plain compound of `packet.size() - rtcp_overhead()` bytes, sealed in place.
  void SealRtcp(uint32_t index, Ssrc ssrc, MutableBytes packet);
  // The index with its E bit, as a received packet claims it.
  uint32_t RtcpIndexWord(ByteView packet) const;
  [[nodiscard]] bool OpenRtcp(uint32_t index, Ssrc ssrc, MutableBytes packet);

 private:
  SrtpCipher(SrtpProfile profile, HmacSha1 hmac) : sizes_(SizesOf(profile)), hmac_(hmac) {}

  bool is_aead() const { return gcm_.has_value(); }
  AesGcm::Nonce GcmNonce(Ssrc ssrc, uint64_t index) const;
  AesCtr::Counter CmCounter(Ssrc ssrc, uint64_t index) const;

  SrtpProfileSizes sizes_;
  std::optional<AesGcm> gcm_;
  std::optional<AesCtr> ctr_;
  HmacSha1 hmac_;
  std::array<uint8_t, 14> salt_{};
};

}  // namespace continuo
