// SPDX-License-Identifier: Apache-2.0
// Any bytes as an RTP packet. Besides not crashing: views stay within the bytes, sizes add up, and
// a header written from what was read is read the same again.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "transport/wire/rtp_extensions.h"
#include "transport/wire/rtp_header.h"

namespace continuo {
namespace {

bool SameBytes(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

void CheckRewritten(const RtpPacket& packet, std::span<const RtpExtension> extensions) {
  std::array<uint8_t, 2048> buffer;
  const size_t size = WriteRtpHeader(packet, extensions, buffer);
  if (size == 0) return;  // more extensions than the buffer holds
  const auto again = ParseRtp(ByteView(buffer).first(size));
  CONTINUO_CHECK(again && again->payload.empty());
  CONTINUO_CHECK(static_cast<const RtpHeader&>(*again) == packet);
  for (const RtpExtension& e : extensions) {
    const auto value = again->Extension(e.id);
    CONTINUO_CHECK(value && SameBytes(*value, e.value));
  }
}

void Fuzz(ByteView bytes) {
  ClassifyDatagram(bytes);
  const auto header_size = RtpHeaderSize(bytes);
  const auto packet = ParseRtp(bytes);
  if (!packet) return;
  CONTINUO_CHECK(header_size);
  CONTINUO_CHECK(*header_size + packet->payload.size() + packet->padding_size == bytes.size());

  std::array<RtpExtension, 255> found;
  size_t count = 0;
  for (int id = 0; id <= 255; ++id) {
    const auto value = packet->Extension(static_cast<uint8_t>(id));
    if (!value) continue;
    CONTINUO_CHECK(id != 0);
    ParseAudioLevel(*value);
    ParseTransportSequence(*value);
    ParseStreamName(*value);
    found[count++] = {static_cast<uint8_t>(id), *value};
  }
  CheckRewritten(*packet, std::span(found).first(count));
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::Fuzz({data, size});
  return 0;
}
