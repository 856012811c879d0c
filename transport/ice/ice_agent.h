// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "transport/udp/datagram_sink.h"
#include "transport/wire/socket_address.h"

namespace continuo {

// RFC 8839 §5.4: both are ice-chars. They are secrets of one session: never logged.
struct IceCredentials {
  std::string ufrag;
  std::string pwd;
};

// Fresh credentials: 8 characters of ufrag, of which the first says which shard the session lives
// on, and 24 of password (142 bits; RFC 8445 §5.3 asks for 128).
IceCredentials MakeIceCredentials(ShardIndex shard);
// The shard that a ufrag of ours names; nothing for one that is not ours.
std::optional<ShardIndex> ShardOfUfrag(std::string_view ufrag);

// RFC 7675 §5.1: "consent expires after 30 seconds".
inline constexpr TimeDelta kConsentLifetime = TimeDelta::Seconds(30);

// One session's ICE: proves which addresses the peer is at, picks the one to send to, and keeps the
// peer's consent to be sent to. Sees STUN only. Sans-IO: bytes and `now` in, datagrams out through
// the sink given to each call. One data stream, one component (everything is bundled and muxed).
// Nothing that fails its MESSAGE-INTEGRITY changes anything, ever.
class IceAgent {
 public:
  virtual ~IceAgent() = default;

  enum class StunResult : uint8_t {
    kIgnored,        // not for us, malformed or refused: told to nobody or to the sender only
    kAuthenticated,  // the peer itself, at this address
  };
  virtual StunResult OnStun(const SocketAddress& from, ByteView message, Timestamp now,
                            DatagramSink& sink) = 0;
  virtual void OnTimer(Timestamp now, DatagramSink& sink) = 0;
  virtual Timestamp NextDeadline() const = 0;

  // Whether the peer has proved, within the consent's lifetime, that it is at `address`. DTLS and
  // media are accepted from such addresses and from no others.
  virtual bool IsValidated(const SocketAddress& address, Timestamp now) const = 0;
  // Where to send: the nominated address, before that the first that was validated.
  virtual std::optional<SocketAddress> selected() const = 0;
  // When the peer last proved itself: a check that it made, or an answer to one of ours.
  virtual std::optional<Timestamp> last_authenticated() const = 0;
};

}  // namespace continuo
