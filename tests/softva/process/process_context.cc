// SPDX-License-Identifier: Apache-2.0
#include "softva/process/process_context.h"

#include <string>
#include <utility>

#include "softva/core/driver.h"
#include "softva/process/background.h"
#include "softva/process/draw.h"

namespace softva {

VAStatus ProcessContext::Take(Parameters parameters) {
  const auto* pipeline = parameters.As<VAProcPipelineParameterBuffer>();
  if (parameters.type != VAProcPipelineParameterBufferType || pipeline == nullptr) {
    return driver().journal().Reject(VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE,
                                     "RenderPicture: a video processor takes no buffer of type " +
                                         std::to_string(parameters.type));
  }
  Layer layer;
  const VAStatus status = ReadLayer(driver(), *pipeline, *target(), &layer);
  if (status != VA_STATUS_SUCCESS) return status;
  layers_.push_back(std::move(layer));
  if (layers_.size() > static_cast<size_t>(driver().capabilities().MaxLayers())) {
    return driver().journal().Reject(VA_STATUS_ERROR_MAX_NUM_EXCEEDED, "VideoProc: layers");
  }
  if (driver().options().personality != Personality::kAmd) return VA_STATUS_SUCCESS;
  return Submit({layers_.back()}, 0);
}

VAStatus ProcessContext::Finish() {
  if (layers_.empty()) {
    return driver().journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "VideoProc: no layers");
  }
  std::vector<Layer> layers = std::exchange(layers_, {});
  if (driver().options().personality == Personality::kAmd) return VA_STATUS_SUCCESS;
  const uint32_t background = layers.back().background;
  return Submit(std::move(layers), background);
}

VAStatus ProcessContext::Submit(std::vector<Layer> layers, uint32_t background) {
  target()->SetContent({});
  Job job;
  job.writes = {target()};
  for (const Layer& layer : layers) job.reads.push_back(layer.source);
  job.run = [layers = std::move(layers), surface = target(), background] {
    FillBackground(*surface, background, layers.back().background_bt709);
    for (const Layer& layer : layers) DrawLayer(layer, *surface);
    return VA_STATUS_SUCCESS;
  };
  return driver().queue().Submit(std::move(job));
}

}  // namespace softva
