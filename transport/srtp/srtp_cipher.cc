// SPDX-License-Identifier: Apache-2.0
// SRTP, AEAD or SHA1_80:
//   | RTP header | encrypted payload | tag |
// SRTCP, SHA1_80 (RFC 3711 §3.4):
//   | first 8 bytes | encrypted rest | E and index (4) | tag (10) |
// SRTCP, AEAD (RFC 7714 §9):
//   | first 8 bytes | encrypted rest | tag (16) | E and index (4) |
#include "transport/srtp/srtp_cipher.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "transport/srtp/rtp_prefix.h"

namespace continuo {
namespace {

constexpr size_t kRtcpIndexSize = 4;
constexpr uint32_t kEncryptedFlag = 1u << 31;

std::array<uint8_t, 4> BigEndian32(uint32_t value) {
  std::array<uint8_t, 4> bytes;
  ByteWriter(bytes).U32(value);
  return bytes;
}

std::array<uint8_t, 4> RolloverCounter(uint64_t index) {
  return BigEndian32(static_cast<uint32_t>(index >> 16));
}

// Writes 00.. | SSRC | 48-bit index into the last ten bytes of `out`, and XORs the salt onto it.
template <size_t kSize>
void XorNonce(Ssrc ssrc, uint64_t index, ByteView salt, std::array<uint8_t, kSize>& out) {
  ByteWriter writer(MutableBytes(out).last(10));
  writer.U32(ssrc.value());
  writer.U48(index);
  for (size_t i = 0; i < kSize; ++i) out[i] ^= salt[i];
}

using RtcpAad = std::array<uint8_t, kRtcpHeaderSize + kRtcpIndexSize>;

RtcpAad AadOf(ByteView packet, uint32_t index_word) {
  RtcpAad aad;
  ByteWriter writer(aad);
  writer.Bytes(packet.first(kRtcpHeaderSize));
  writer.U32(index_word);
  return aad;
}

}  // namespace

Result<SrtpCipher> SrtpCipher::Create(SrtpProfile profile, const SrtpSessionKeys& keys) {
  const SrtpProfileSizes sizes = SizesOf(profile);
  if (keys.encryption.size() != sizes.key || keys.salt.size() != sizes.salt ||
      keys.authentication.size() != sizes.authentication_key) {
    return Fail(ErrorCode::kInvalidArgument, "SRTP session keys do not fit their profile");
  }
  SrtpCipher cipher(profile, HmacSha1(keys.authentication.view()));
  if (sizes.authentication_key == 0) {
    auto gcm = AesGcm::Create(keys.encryption.view());
    if (!gcm) return tl::unexpected(gcm.error());
    cipher.gcm_ = std::move(*gcm);
  } else {
    auto ctr = AesCtr::Create(keys.encryption.view());
    if (!ctr) return tl::unexpected(ctr.error());
    cipher.ctr_ = std::move(*ctr);
  }
  std::copy(keys.salt.view().begin(), keys.salt.view().end(), cipher.salt_.begin());
  return cipher;
}

Result<SrtpCipher> SrtpCipher::Derive(SrtpProfile profile, const SrtpMasterKey& master,
                                      SrtpStreamKind kind) {
  const auto keys = DeriveSessionKeys(profile, master, kind);
  if (!keys) return tl::unexpected(keys.error());
  return Create(profile, *keys);
}

// RFC 7714 §8.1, §9.1.
AesGcm::Nonce SrtpCipher::GcmNonce(Ssrc ssrc, uint64_t index) const {
  AesGcm::Nonce nonce{};
  XorNonce(ssrc, index, salt_, nonce);
  return nonce;
}

// RFC 3711 §4.1.1: the same, above a 16-bit count of blocks.
AesCtr::Counter SrtpCipher::CmCounter(Ssrc ssrc, uint64_t index) const {
  std::array<uint8_t, 14> high{};
  XorNonce(ssrc, index, salt_, high);
  AesCtr::Counter counter{};
  std::copy(high.begin(), high.end(), counter.begin());
  return counter;
}

void SrtpCipher::SealRtp(uint64_t index, Ssrc ssrc, size_t header_size, ByteView payload,
                         MutableBytes out) {
  CONTINUO_CHECK(out.size() == header_size + payload.size() + sizes_.tag);
  if (is_aead()) {
    gcm_->Seal(GcmNonce(ssrc, index), out.first(header_size), payload, out.subspan(header_size));
    return;
  }
  ctr_->Apply(CmCounter(ssrc, index), payload, out.subspan(header_size, payload.size()));
  const HmacSha1::Mac mac =
      hmac_.Compute({out.first(out.size() - sizes_.tag), RolloverCounter(index)});
  std::copy_n(mac.begin(), sizes_.tag, out.last(sizes_.tag).begin());
}

bool SrtpCipher::OpenRtp(uint64_t index, Ssrc ssrc, size_t header_size, MutableBytes packet) {
  CONTINUO_CHECK(packet.size() >= header_size + sizes_.tag);
  const MutableBytes payload =
      packet.subspan(header_size, packet.size() - header_size - sizes_.tag);
  if (is_aead()) {
    return gcm_->Open(GcmNonce(ssrc, index), packet.first(header_size), packet.subspan(header_size),
                      payload);
  }
  const ByteView authenticated = packet.first(packet.size() - sizes_.tag);
  if (!hmac_.Verify({authenticated, RolloverCounter(index)}, packet.last(sizes_.tag))) return false;
  ctr_->Apply(CmCounter(ssrc, index), payload, payload);
  return true;
}

void SrtpCipher::SealRtcp(uint32_t index, Ssrc ssrc, MutableBytes packet) {
  CONTINUO_CHECK(packet.size() >= kRtcpHeaderSize + sizes_.rtcp_overhead());
  const size_t plain_size = packet.size() - sizes_.rtcp_overhead();
  const MutableBytes payload = packet.subspan(kRtcpHeaderSize, plain_size - kRtcpHeaderSize);
  const uint32_t word = index | kEncryptedFlag;
  const auto word_bytes = BigEndian32(word);
  if (is_aead()) {
    gcm_->Seal(GcmNonce(ssrc, index), AadOf(packet, word), payload,
               packet.subspan(kRtcpHeaderSize, payload.size() + sizes_.tag));
    std::copy(word_bytes.begin(), word_bytes.end(), packet.last(kRtcpIndexSize).begin());
    return;
  }
  ctr_->Apply(CmCounter(ssrc, index), payload, payload);
  const MutableBytes authenticated = packet.first(plain_size + kRtcpIndexSize);
  std::copy(word_bytes.begin(), word_bytes.end(), authenticated.last(kRtcpIndexSize).begin());
  const HmacSha1::Mac mac = hmac_.Compute(authenticated);
  std::copy_n(mac.begin(), sizes_.tag, packet.last(sizes_.tag).begin());
}

uint32_t SrtpCipher::RtcpIndexWord(ByteView packet) const {
  CONTINUO_CHECK(packet.size() >= kRtcpHeaderSize + sizes_.rtcp_overhead());
  const size_t behind = kRtcpIndexSize + (is_aead() ? 0 : sizes_.tag);
  return ByteReader(packet.last(behind)).U32();
}

bool SrtpCipher::OpenRtcp(uint32_t index, Ssrc ssrc, MutableBytes packet) {
  CONTINUO_CHECK(packet.size() >= kRtcpHeaderSize + sizes_.rtcp_overhead());
  const size_t plain_size = packet.size() - sizes_.rtcp_overhead();
  const MutableBytes payload = packet.subspan(kRtcpHeaderSize, plain_size - kRtcpHeaderSize);
  if (is_aead()) {
    return gcm_->Open(GcmNonce(ssrc, index), AadOf(packet, index | kEncryptedFlag),
                      packet.subspan(kRtcpHeaderSize, payload.size() + sizes_.tag), payload);
  }
  if (!hmac_.Verify({packet.first(plain_size + kRtcpIndexSize)}, packet.last(sizes_.tag))) {
    return false;
  }
  ctr_->Apply(CmCounter(ssrc, index), payload, payload);
  return true;
}

}  // namespace continuo
