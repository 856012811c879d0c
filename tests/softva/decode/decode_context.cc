// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/decode_context.h"

#include <string>
#include <utility>

#include "softva/core/driver.h"
#include "softva/decode/codecs.h"

namespace softva {
namespace {

bool Differs(const std::optional<int32_t>& named, const std::optional<int32_t>& held) {
  return named && held && *named != *held;
}

}  // namespace

VAStatus DecodeContext::Take(Parameters parameters) {
  switch (parameters.type) {
    case VAPictureParameterBufferType:
    case VAIQMatrixBufferType:
    case VAProbabilityBufferType:
    case VASliceParameterBufferType:
    case VASliceDataBufferType:
    case VASubsetsParameterBufferType:
      buffers_.push_back(std::move(parameters));
      return VA_STATUS_SUCCESS;
    default:
      return driver().journal().Reject(
          VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE,
          "RenderPicture: a decoder takes no buffer of type " + std::to_string(parameters.type));
  }
}

// A context's first picture may go on with what another context decoded.
void DecodeContext::ChooseStream(const CodedPicture& picture) {
  if (stream_ != nullptr) return;
  for (const Reference& reference : picture.references) {
    const auto surface = driver().surfaces().Find(reference.surface);
    if (surface == nullptr || picture.random_access) continue;
    const Content content = surface->content();
    if (content.codec != profile_) continue;
    stream_ = std::static_pointer_cast<Stream>(content.author);
    return;
  }
  stream_ = std::make_shared<Stream>();
  stream_->decoder = MakePictureDecoder(profile_);
  stream_->gap = !picture.random_access;
}

void DecodeContext::CheckReference(const Reference& reference, const Surface& surface) {
  const Content content = surface.content();
  if (stream_->gap) return;  // the stream's own fault
  if (content.author != stream_) {
    driver().journal().Violation(
        "EndPicture: a reference that wasn't decoded here, or is overwritten");
  } else if (Differs(reference.order.top, content.order.top) ||
             Differs(reference.order.bottom, content.order.bottom)) {
    driver().journal().Violation("EndPicture: a reference that holds another picture by now");
  }
}

VAStatus DecodeContext::CheckReferences(const CodedPicture& picture) {
  if (picture.random_access) stream_->gap = false;
  if (picture.gap) stream_->gap = true;
  if (picture.random_access) return VA_STATUS_SUCCESS;
  for (const Reference& reference : picture.references) {
    const auto surface = driver().surfaces().Find(reference.surface);
    if (surface == nullptr) {
      return driver().journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                       "EndPicture: no such reference surface");
    }
    if (surface == target() && !picture.field) {
      driver().journal().Violation("EndPicture: decodes over a reference of its own");
    }
    CheckReference(reference, *surface);
  }
  return VA_STATUS_SUCCESS;
}

VAStatus DecodeContext::Finish() {
  if (builder_ == nullptr) builder_ = MakeBitstreamBuilder(profile_);
  CodedPicture picture;
  VAStatus status = builder_->Build(buffers_, &picture);
  buffers_.clear();
  if (status != VA_STATUS_SUCCESS) {
    return driver().journal().Reject(status, "EndPicture: the buffers make no picture");
  }
  if (picture.target != VA_INVALID_SURFACE && picture.target != target_id()) {
    return driver().journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                     "EndPicture: CurrPic isn't the surface of BeginPicture");
  }
  ChooseStream(picture);
  if (stream_->decoder == nullptr) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  status = CheckReferences(picture);
  if (status != VA_STATUS_SUCCESS) return status;
  Job job;
  job.writes = {target()};
  std::shared_ptr<Surface> grain_target;
  if (picture.grain_target != VA_INVALID_SURFACE) {
    grain_target = driver().surfaces().Find(picture.grain_target);
    if (grain_target == nullptr || grain_target == target()) {
      return driver().journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                       "EndPicture: no surface for the picture with film grain");
    }
    grain_target->SetContent({});  // to be shown, not referred to
    job.writes.push_back(grain_target);
  }
  target()->SetContent({stream_, profile_, picture.order});
  job.run = [stream = stream_, picture = std::move(picture), surface = target(), grain_target] {
    return stream->decoder->Decode(picture, *surface, grain_target.get());
  };
  return driver().queue().Submit(std::move(job));
}

}  // namespace softva
