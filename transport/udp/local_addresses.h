// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "transport/wire/socket_address.h"

namespace continuo {

enum class Loopback : uint8_t { kIfNothingElse, kInclude };

// The machine's own addresses, each with `port`, fit to be advertised as ICE host candidates: of
// interfaces that are up, IPv4 first, without link-local IPv6 addresses (they mean nothing
// without an interface name) and without multicast. Asks the kernel anew at each call.
Result<std::vector<SocketAddress>> LocalAddresses(uint16_t port, Loopback loopback);

}  // namespace continuo
