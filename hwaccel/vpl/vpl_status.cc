// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_status.h"

#include <string>

namespace continuo {
namespace {

std::string_view NameOf(mfxStatus status) {
  switch (status) {
    case MFX_ERR_UNSUPPORTED:
      return "unsupported";
    case MFX_ERR_MEMORY_ALLOC:
      return "no memory";
    case MFX_ERR_NOT_ENOUGH_BUFFER:
      return "buffer too small";
    case MFX_ERR_NOT_FOUND:
      return "not found";
    case MFX_ERR_MORE_DATA:
      return "more data wanted";
    case MFX_ERR_ABORTED:
      return "aborted";
    case MFX_ERR_DEVICE_LOST:
      return "device lost";
    case MFX_ERR_INCOMPATIBLE_VIDEO_PARAM:
      return "incompatible parameters";
    case MFX_ERR_INVALID_VIDEO_PARAM:
      return "invalid parameters";
    case MFX_ERR_UNDEFINED_BEHAVIOR:
      return "undefined behaviour";
    case MFX_ERR_DEVICE_FAILED:
      return "device failed";
    case MFX_ERR_GPU_HANG:
      return "GPU hang";
    default:
      return "mfxStatus";
  }
}

}  // namespace

ErrorCode CodeOf(mfxStatus status) {
  switch (status) {
    case MFX_ERR_UNSUPPORTED:
    case MFX_ERR_NOT_IMPLEMENTED:
    case MFX_ERR_INVALID_VIDEO_PARAM:
    case MFX_ERR_INCOMPATIBLE_VIDEO_PARAM:
      return ErrorCode::kUnsupported;
    case MFX_ERR_NOT_FOUND:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kDeviceFailed;
  }
}

tl::unexpected<Error> FailVpl(mfxStatus status, std::string_view text) {
  return Fail(CodeOf(status), text, std::string(NameOf(status)), status);
}

Status CheckVpl(mfxStatus status, std::string_view text) {
  if (status < MFX_ERR_NONE) return FailVpl(status, text);
  return {};
}

}  // namespace continuo
