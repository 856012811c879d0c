// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/sdp.h"

#include <algorithm>

#include "transport/wire/text_cursor.h"

namespace continuo {

bool RtpCodec::Is(std::string_view codec_name) const {
  return EqualsIgnoringCase(name, codec_name);
}

std::optional<std::string_view> RtpCodec::FmtpParameter(std::string_view parameter) const {
  for (TextCursor cursor(fmtp); !cursor.done();) {
    std::string_view pair = cursor.Until(';');
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    TextCursor fields(pair);
    const std::string_view key = fields.Until('=');
    if (key.size() < pair.size() && EqualsIgnoringCase(key, parameter)) return fields.rest();
  }
  return std::nullopt;
}

const RtpCodec* MediaDescription::FindCodec(uint8_t payload_type) const {
  const auto codec = std::ranges::find(codecs, payload_type, &RtpCodec::payload_type);
  return codec == codecs.end() ? nullptr : &*codec;
}

const ExtMap* MediaDescription::FindExtension(std::string_view uri) const {
  const auto extension = std::ranges::find(extensions, uri, &ExtMap::uri);
  return extension == extensions.end() ? nullptr : &*extension;
}

}  // namespace continuo
