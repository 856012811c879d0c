// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_vpp.h>

#include <optional>
#include <vector>

#include "softva/tests/test_display.h"

namespace softva {

struct TestLayer {
  VASurfaceID source = VA_INVALID_SURFACE;
  VARectangle to{};
  uint32_t background = 0;
  std::optional<VABlendState> blend;
  std::optional<VARectangle> from;
};

// Draws pictures with a video processor, as roughly as GStreamer does: buffers are destroyed and
// what they point to is overwritten before vaEndPicture.
class Composer {
 public:
  explicit Composer(TestDisplay& display);

  // The first error of the calls.
  VAStatus Draw(VASurfaceID target, const std::vector<TestLayer>& layers);

  // The same in single calls.
  VAStatus Begin(VASurfaceID target);
  VAStatus Render(const TestLayer& layer);
  VAStatus End();

 private:
  TestDisplay& display_;
  VAContextID context_;
};

}  // namespace softva
