// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {

ErrorCode CodeOf(VAStatus status) {
  switch (status) {
    case VA_STATUS_ERROR_UNSUPPORTED_PROFILE:
    case VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT:
    case VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT:
    case VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE:
    case VA_STATUS_ERROR_UNSUPPORTED_FILTER:
    case VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE:
    case VA_STATUS_ERROR_ATTR_NOT_SUPPORTED:
    case VA_STATUS_ERROR_FLAG_NOT_SUPPORTED:
    case VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED:
    case VA_STATUS_ERROR_INVALID_IMAGE_FORMAT:
    case VA_STATUS_ERROR_UNIMPLEMENTED:
      return ErrorCode::kUnsupported;
    case VA_STATUS_ERROR_DECODING_ERROR:
      return ErrorCode::kMalformed;
    default:
      return ErrorCode::kDeviceFailed;
  }
}

tl::unexpected<Error> FailVa(VAStatus status, std::string_view text) {
  return Fail(CodeOf(status), text, vaErrorStr(status), status);
}

Status CheckVa(VAStatus status, std::string_view text) {
  if (status != VA_STATUS_SUCCESS) return FailVa(status, text);
  return {};
}

}  // namespace continuo
