// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/composer.h"

namespace softva {

Composer::Composer(TestDisplay& display)
    : display_(display),
      context_(display.CreateContext(VAProfileNone, VAEntrypointVideoProc, 0, 0)) {}

VAStatus Composer::Begin(VASurfaceID target) { return vaBeginPicture(display_, context_, target); }

VAStatus Composer::Render(const TestLayer& layer) {
  TestLayer copy = layer;
  VAProcPipelineParameterBuffer parameters{};
  parameters.surface = copy.source;
  parameters.output_region = &copy.to;
  parameters.output_background_color = copy.background;
  if (copy.blend) parameters.blend_state = &*copy.blend;
  if (copy.from) parameters.surface_region = &*copy.from;
  VABufferID buffer = VA_INVALID_ID;
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAProcPipelineParameterBufferType,
                              sizeof parameters, 1, &parameters, &buffer));
  const VAStatus status = vaRenderPicture(display_, context_, &buffer, 1);
  EXPECT_VA_OK(vaDestroyBuffer(display_, buffer));
  return status;
}

VAStatus Composer::End() { return vaEndPicture(display_, context_); }

VAStatus Composer::Draw(VASurfaceID target, const std::vector<TestLayer>& layers) {
  VAStatus status = Begin(target);
  for (const TestLayer& layer : layers) {
    const VAStatus rendered = Render(layer);
    if (status == VA_STATUS_SUCCESS) status = rendered;
  }
  const VAStatus ended = End();
  return status == VA_STATUS_SUCCESS ? ended : status;
}

}  // namespace softva
