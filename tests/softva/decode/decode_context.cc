// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/decode_context.h"

#include <string>
#include <utility>

#include "softva/core/driver.h"
#include "softva/decode/codecs.h"

namespace softva {

DecodeContext::DecodeContext(Driver& driver, VAProfile profile)
    : Context(driver),
      builder_(MakeBitstreamBuilder(profile)),
      decoder_(MakePictureDecoder(profile)) {}

VAStatus DecodeContext::Take(Parameters parameters) {
  switch (parameters.type) {
    case VAPictureParameterBufferType:
    case VAIQMatrixBufferType:
    case VAProbabilityBufferType:
    case VASliceParameterBufferType:
    case VASliceDataBufferType:
      buffers_.push_back(std::move(parameters));
      return VA_STATUS_SUCCESS;
    default:
      return driver().journal().Reject(
          VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE,
          "RenderPicture: a decoder takes no buffer of type " + std::to_string(parameters.type));
  }
}

VAStatus DecodeContext::Finish() {
  if (decoder_ == nullptr) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  CodedPicture picture;
  const VAStatus status = builder_->Build(buffers_, &picture);
  buffers_.clear();
  if (status != VA_STATUS_SUCCESS) {
    return driver().journal().Reject(status, "EndPicture: the buffers make no picture");
  }
  if (picture.target != VA_INVALID_SURFACE && picture.target != target_id()) {
    return driver().journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                     "EndPicture: CurrPic isn't the surface of BeginPicture");
  }
  Job job;
  job.writes = {target()};
  job.run = [decoder = decoder_, picture = std::move(picture), surface = target()] {
    return decoder->Decode(picture, *surface);
  };
  return driver().queue().Submit(std::move(job));
}

}  // namespace softva
