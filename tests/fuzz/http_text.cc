// SPDX-License-Identifier: Apache-2.0
// What a stranger writes into a request line and its fields, and the names that come with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/http_message.h"
#include "api/names.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  continuo::HttpRequest request;
  if (continuo::ParseTarget(text, request) && request.path.size() > 8) std::abort();
  request.authorization = text;
  request.content_type = text;
  if (request.BearerToken().size() > text.size()) std::abort();
  if (request.MediaType().size() > text.size()) std::abort();

  if (continuo::IsDisplayName(text) && text.size() > 4 * continuo::kMaxDisplayNameCharacters) {
    std::abort();
  }
  const auto room = continuo::ParseRoomResource(text);
  if (room && continuo::RoomResource(*room) != text) std::abort();
  const auto participant = continuo::ParseParticipantResource(text);
  if (participant && !continuo::IsRoomName(participant->room)) std::abort();
  return 0;
}
