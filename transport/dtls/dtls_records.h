// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace continuo {

// The length of the DTLS record that `bytes` begins with; 0 when it does not begin with a whole
// one. RFC 6347 §4.1.
size_t DtlsRecordSize(ByteView bytes);

// Whether a datagram is whole DTLS 1.x records and nothing else.
bool IsDtlsRecords(ByteView datagram);

// Takes as many whole records off the front of `flight` as fit into `max_size`, at least one.
ByteView TakeDtlsDatagram(ByteView& flight, size_t max_size);

}  // namespace continuo
