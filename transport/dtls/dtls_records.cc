// SPDX-License-Identifier: Apache-2.0
//  | type (1) | version (2) | epoch (2) | sequence (6) | length (2) | fragment |
#include "transport/dtls/dtls_records.h"

#include <cstdint>

namespace continuo {
namespace {

constexpr uint8_t kChangeCipherSpec = 20;
constexpr uint8_t kApplicationData = 23;
constexpr uint8_t kMajorVersion = 0xfe;  // 1.0 is feff, 1.2 fefd; the first hello may claim either

}  // namespace

size_t DtlsRecordSize(ByteView bytes) {
  ByteReader reader(bytes);
  const uint8_t type = reader.U8();
  const uint8_t major = reader.U8();
  reader.Skip(1 + 2 + 6);
  reader.Skip(reader.U16());
  const bool known = type >= kChangeCipherSpec && type <= kApplicationData;
  return reader.ok() && known && major == kMajorVersion ? reader.position() : 0;
}

bool IsDtlsRecords(ByteView datagram) {
  if (datagram.empty()) return false;
  while (!datagram.empty()) {
    const size_t size = DtlsRecordSize(datagram);
    if (size == 0) return false;
    datagram = datagram.subspan(size);
  }
  return true;
}

ByteView TakeDtlsDatagram(ByteView& flight, size_t max_size) {
  size_t size = 0;
  while (size < flight.size()) {
    const size_t record = DtlsRecordSize(flight.subspan(size));
    if (record == 0) size = flight.size();
    if (record == 0 || (size > 0 && size + record > max_size)) break;
    size += record;
  }
  const ByteView datagram = flight.first(size);
  flight = flight.subspan(size);
  return datagram;
}

}  // namespace continuo
