// SPDX-License-Identifier: Apache-2.0
#include "softva/encode/encode_context.h"

#include <string>
#include <utility>

#include "softva/core/driver.h"

namespace softva {
namespace {

// Of the modes that a config leaves open, the simplest.
uint32_t RateControlOf(const Config& config) {
  const auto found = config.attributes.find(VAConfigAttribRateControl);
  const uint32_t modes = found == config.attributes.end() ? VA_RC_CQP : found->second;
  for (const uint32_t mode : {VA_RC_CQP, VA_RC_CBR, VA_RC_VBR}) {
    if ((modes & mode) != 0) return mode;
  }
  return VA_RC_CQP;
}

}  // namespace

EncodeContext::EncodeContext(Driver& driver, const Config& config)
    : Context(driver), encoder_(std::make_shared<X264Encoder>()) {
  settings_.profile = config.profile;
  settings_.rate_control = RateControlOf(config);
}

void EncodeContext::Reset() {
  request_ = {};
  reader_ = std::make_unique<EncodeReader>(&settings_, &request_);
}

VAStatus EncodeContext::Take(Parameters parameters) {
  if (reader_->Read(parameters)) return VA_STATUS_SUCCESS;
  return driver().journal().Reject(
      VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE,
      "RenderPicture: an encoder takes no buffer of type " + std::to_string(parameters.type));
}

void EncodeContext::CheckReference() {
  if (request_.idr || request_.intra) return;
  const auto reference = driver().surfaces().Find(request_.reference);
  const bool last =
      last_reconstructed_ != VA_INVALID_SURFACE && request_.reference == last_reconstructed_;
  if (!last || reference == nullptr || reference->content().author != encoder_) {
    driver().journal().Violation("EndPicture: the reference isn't the picture encoded last");
  }
}

VAStatus EncodeContext::Finish() {
  Journal& journal = driver().journal();
  if (!reader_->complete() || target()->fourcc() != VA_FOURCC_NV12) {
    return journal.Reject(VA_STATUS_ERROR_INVALID_BUFFER, "EndPicture: no picture to encode");
  }
  if (reader_->has_b_slices()) {
    return journal.Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "EndPicture: B slices aren't offered");
  }
  auto reconstructed = driver().surfaces().Find(request_.reconstructed);
  auto coded = driver().buffers().Find(request_.coded);
  if (reconstructed == nullptr || reconstructed == target()) {
    return journal.Reject(VA_STATUS_ERROR_INVALID_SURFACE, "EndPicture: CurrPic of an encoder");
  }
  if (coded == nullptr || coded->type() != VAEncCodedBufferType) {
    return journal.Reject(VA_STATUS_ERROR_INVALID_BUFFER, "EndPicture: coded_buf");
  }
  CheckReference();
  reconstructed->SetContent({.author = encoder_});
  last_reconstructed_ = request_.reconstructed;
  Job job;
  job.reads = {target()};
  job.writes = {reconstructed};
  job.coded = coded;
  job.run = [encoder = encoder_, settings = settings_, request = request_, input = target(),
             reconstructed,
             coded] { return encoder->Encode(settings, request, *input, *reconstructed, *coded); };
  return driver().queue().Submit(std::move(job));
}

}  // namespace softva
