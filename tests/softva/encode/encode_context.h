// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "softva/core/context.h"
#include "softva/encode/encode_settings.h"
#include "softva/encode/x264_encoder.h"

namespace softva {

// An H.264 encoder: I and P pictures with one reference and one slice each.
class EncodeContext : public Context {
 public:
  EncodeContext(Driver& driver, const Config& config);

 protected:
  void Reset() override;
  VAStatus Take(Parameters parameters) override;
  VAStatus Finish() override;

 private:
  // There is one reference, and that is the picture encoded last.
  void CheckReference();

  VASurfaceID last_reconstructed_ = VA_INVALID_SURFACE;
  EncodeSettings settings_;
  EncodeRequest request_;
  std::unique_ptr<EncodeReader> reader_;
  std::shared_ptr<X264Encoder> encoder_;  // shared with work that isn't done yet
};

}  // namespace softva
