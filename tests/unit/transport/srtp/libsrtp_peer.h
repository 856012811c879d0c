// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <srtp2/srtp.h>

#include <cstring>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/unit/transport/srtp/srtp_packets.h"

namespace continuo {

// Somebody else's SRTP, to compare ours with: Debian's libsrtp2, in one direction.
class LibsrtpPeer {
 public:
  enum class Direction { kSends, kReceives };

  LibsrtpPeer(SrtpProfile profile, const SrtpMasterKey& master, Direction direction) {
    static const srtp_err_status_t initialised = srtp_init();
    if (initialised != srtp_err_status_ok) throw std::runtime_error("libsrtp2 does not start");
    key_.assign(master.key.view().begin(), master.key.view().end());
    key_.insert(key_.end(), master.salt.view().begin(), master.salt.view().end());
    const auto id = static_cast<srtp_profile_t>(profile);
    srtp_policy_t policy{};
    srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, id);
    srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, id);
    policy.ssrc.type = direction == Direction::kSends ? ssrc_any_outbound : ssrc_any_inbound;
    policy.key = key_.data();
    policy.window_size = 1024;
    if (srtp_create(&session_, &policy) != srtp_err_status_ok) {
      throw std::runtime_error("libsrtp2 refuses the profile");
    }
  }
  LibsrtpPeer(const LibsrtpPeer&) = delete;
  LibsrtpPeer& operator=(const LibsrtpPeer&) = delete;
  ~LibsrtpPeer() { srtp_dealloc(session_); }

  std::optional<Packet> ProtectRtp(Packet packet) { return Run(srtp_protect, packet); }
  std::optional<Packet> UnprotectRtp(Packet packet) { return Run(srtp_unprotect, packet); }
  std::optional<Packet> ProtectRtcp(Packet packet) { return Run(srtp_protect_rtcp, packet); }
  std::optional<Packet> UnprotectRtcp(Packet packet) { return Run(srtp_unprotect_rtcp, packet); }

 private:
  using Function = srtp_err_status_t (*)(srtp_t, void*, int*);

  std::optional<Packet> Run(Function function, const Packet& packet) {
    alignas(8) uint8_t buffer[4096] = {};
    if (!packet.empty()) std::memcpy(buffer, packet.data(), packet.size());
    int size = static_cast<int>(packet.size());
    if (function(session_, buffer, &size) != srtp_err_status_ok) return std::nullopt;
    return Packet(buffer, buffer + size);
  }

  std::vector<uint8_t> key_;
  srtp_t session_ = nullptr;
};

}  // namespace continuo
