// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "transport/wire/sdp.h"

namespace continuo {

// The attribute lines "a=name:value" that we understand; any other changes nothing. An error says
// what is wrong with the line, and leaves saying which line to the caller.

// Those that stand at session level or in an m-line's section: ICE's and DTLS's.
Status ParseTransportAttribute(std::string_view name, std::string_view value, IceDescription& ice,
                               DtlsDescription& dtls);

// Those of an m-line's section only. Payload types are those of the m-line: an attribute of another
// one is none of ours.
Status ParseMediaAttribute(std::string_view name, std::string_view value, MediaDescription& media);

}  // namespace continuo
