// SPDX-License-Identifier: Apache-2.0
// Any text as SDP. Besides not crashing: what was read can be written, and is then read as
// the same again.
#include "transport/wire/sdp.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace continuo {
namespace {

size_t CountLines(std::string_view text) {
  size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  return lines;
}

void Fuzz(std::string_view text) {
  ParseIceCandidate(text);
  const Result<SessionDescription> session = ParseSdp(text);
  if (!session) {
    CONTINUO_CHECK(session.error().code == ErrorCode::kMalformed);
    return;
  }
  const std::string written = WriteSdp(*session);
  // Session-level attributes come out once per m-line, which can make the text too long to read.
  if (written.size() > kMaxSdpSize || CountLines(written) > 4096) return;
  const Result<SessionDescription> again = ParseSdp(written);
  CONTINUO_CHECK(again.has_value());
  CONTINUO_CHECK(*again == *session);
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
