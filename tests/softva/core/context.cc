// SPDX-License-Identifier: Apache-2.0
#include "softva/core/context.h"

#include <utility>

#include "softva/core/capabilities.h"
#include "softva/core/driver.h"
#include "softva/decode/decode_context.h"
#include "softva/encode/encode_context.h"
#include "softva/process/process_context.h"

namespace softva {

Context::~Context() {
  if (target_ != nullptr) target_->EndPreparing();
}

VAStatus Context::Begin(VASurfaceID id, std::shared_ptr<Surface> target) {
  const std::lock_guard lock(mutex_);
  if (target_ != nullptr) {
    driver_.journal().Violation("BeginPicture: the last has no EndPicture");
    target_->EndPreparing();
  }
  target_id_ = id;
  target_ = std::move(target);
  target_->BeginPreparing();
  Reset();
  return VA_STATUS_SUCCESS;
}

VAStatus Context::Render(const Buffer& buffer) {
  const std::lock_guard lock(mutex_);
  if (target_ == nullptr) {
    return driver_.journal().Reject(VA_STATUS_ERROR_OPERATION_FAILED,
                                    "RenderPicture: no BeginPicture");
  }
  return Take(buffer.parameters());
}

VAStatus Context::End() {
  const std::lock_guard lock(mutex_);
  if (target_ == nullptr) {
    return driver_.journal().Reject(VA_STATUS_ERROR_OPERATION_FAILED,
                                    "EndPicture: no BeginPicture");
  }
  const VAStatus status = Finish();
  std::exchange(target_, nullptr)->EndPreparing();
  return status;
}

std::shared_ptr<Context> MakeContext(Driver& driver, const Config& config) {
  if (config.entrypoint == VAEntrypointVideoProc) return std::make_shared<ProcessContext>(driver);
  if (IsEncoder(config.entrypoint)) return std::make_shared<EncodeContext>(driver, config);
  return std::make_shared<DecodeContext>(driver, config.profile);
}

}  // namespace softva
