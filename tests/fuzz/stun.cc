// SPDX-License-Identifier: Apache-2.0
// Any bytes as a STUN message. Besides not crashing: what the MAC covers is the front of the
// message, and a message written from what was read is read the same again.
#include "transport/wire/stun.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"

namespace continuo {
namespace {

template <typename T>
void WriteIf(StunWriter& writer, void (StunWriter::*write)(T),
             const std::optional<std::remove_cvref_t<T>>& value) {
  if (value) (writer.*write)(*value);
}

void WriteAttributes(StunWriter& writer, const StunMessage& message) {
  WriteIf(writer, &StunWriter::Username, message.username());
  WriteIf(writer, &StunWriter::Software, message.software());
  WriteIf(writer, &StunWriter::XorMappedAddress, message.xor_mapped_address());
  WriteIf(writer, &StunWriter::Priority, message.priority());
  WriteIf(writer, &StunWriter::IceControlling, message.ice_controlling());
  WriteIf(writer, &StunWriter::IceControlled, message.ice_controlled());
  if (message.use_candidate()) writer.UseCandidate();
  if (const auto& error = message.error_code()) writer.ErrorCode(error->code, error->reason);
}

void CheckSame(const StunMessage& a, const StunMessage& b) {
  CONTINUO_CHECK(a.type() == b.type());
  CONTINUO_CHECK(a.transaction_id() == b.transaction_id());
  CONTINUO_CHECK(a.username() == b.username());
  CONTINUO_CHECK(a.software() == b.software());
  CONTINUO_CHECK(a.xor_mapped_address() == b.xor_mapped_address());
  CONTINUO_CHECK(a.priority() == b.priority());
  CONTINUO_CHECK(a.ice_controlling() == b.ice_controlling());
  CONTINUO_CHECK(a.ice_controlled() == b.ice_controlled());
  CONTINUO_CHECK(a.use_candidate() == b.use_candidate());
  CONTINUO_CHECK(a.error_code() == b.error_code());
}

void Fuzz(ByteView bytes) {
  const auto message = StunMessage::Parse(bytes);
  if (!message) return;
  if (const auto input = message->IntegrityInput()) {
    const ByteView covered = bytes.subspan(kStunHeaderSize, input->body.size());
    CONTINUO_CHECK(std::ranges::equal(input->body, covered));
    CONTINUO_CHECK(input->received_mac.size() == StunMac().size());
  }

  std::array<uint8_t, 4096> buffer;
  StunWriter writer(message->type(), message->transaction_id(), buffer);
  WriteAttributes(writer, *message);
  writer.BeginIntegrity();
  writer.AppendIntegrity({});
  writer.AppendFingerprint();
  CONTINUO_CHECK(!writer.message().empty());
  const auto again = StunMessage::Parse(writer.message());
  CONTINUO_CHECK(again && again->has_integrity() && again->has_fingerprint());
  CheckSame(*message, *again);
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::Fuzz({data, size});
  return 0;
}
