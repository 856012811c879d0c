// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_processor.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {
namespace {

VARectangle ToRectangle(PixelRect rect) {
  return {static_cast<int16_t>(rect.x), static_cast<int16_t>(rect.y),
          static_cast<uint16_t>(rect.width), static_cast<uint16_t>(rect.height)};
}

bool Lists(const VAProcColorStandardType* standards, uint32_t count, VAProcColorStandardType one) {
  return standards != nullptr && std::find(standards, standards + count, one) != standards + count;
}

}  // namespace

Result<std::unique_ptr<VaapiProcessor>> VaapiProcessor::Create(const VaapiDisplay& display,
                                                               PixelSize largest) {
  auto config = CreateVaConfig(display.handle(), VAProfileNone, VAEntrypointVideoProc);
  if (!config) return tl::unexpected(std::move(config.error()));
  auto context = CreateVaContext(*config, largest);
  if (!context) return tl::unexpected(std::move(context.error()));
  VAProcPipelineCaps caps{};
  const VAStatus status =
      vaQueryVideoProcPipelineCaps(display.handle(), context->id(), nullptr, 0, &caps);
  if (status != VA_STATUS_SUCCESS) return FailVa(status, "vaQueryVideoProcPipelineCaps");
  const bool knows_bt709 =
      Lists(caps.input_color_standards, caps.num_input_color_standards, VAProcColorStandardBT709) &&
      Lists(caps.output_color_standards, caps.num_output_color_standards, VAProcColorStandardBT709);
  const bool blends = (caps.blend_flags & VA_BLEND_PREMULTIPLIED_ALPHA) != 0;
  return std::unique_ptr<VaapiProcessor>(
      new VaapiProcessor(*std::move(config), *std::move(context), knows_bt709, blends));
}

Status VaapiProcessor::Draw(VASurfaceID target, std::span<const VaapiLayer> layers) {
  CONTINUO_CHECK(!layers.empty() && layers.size() <= kMaxLayers);
  std::array<VABufferID, kMaxLayers> buffers;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (auto prepared = Prepare(slots_[i], layers[i]); !prepared) return prepared;
    buffers[i] = slots_[i].buffer.id();
  }
  const VADisplay display = context_.display();
  const VAStatus begun = vaBeginPicture(display, context_.id(), target);
  if (begun != VA_STATUS_SUCCESS) return FailVa(begun, "vaBeginPicture for video processing");
  const VAStatus rendered =
      vaRenderPicture(display, context_.id(), buffers.data(), static_cast<int>(layers.size()));
  // Also after an error: Intel's driver counts the layers of a picture that was never ended.
  const VAStatus ended = vaEndPicture(display, context_.id());
  if (rendered != VA_STATUS_SUCCESS) {
    return FailVa(rendered, "vaRenderPicture for video processing");
  }
  return CheckVa(ended, "vaEndPicture for video processing");
}

Status VaapiProcessor::Prepare(Slot& slot, const VaapiLayer& layer) {
  slot.from = ToRectangle(layer.from);
  slot.to = ToRectangle(layer.to);
  VAProcPipelineParameterBuffer parameters{};
  parameters.surface = layer.surface;
  parameters.surface_region = &slot.from;
  parameters.output_region = &slot.to;
  // Alpha 0: no background. With one, Intel's drivers fill the target with the last layer's.
  parameters.output_background_color = 0;
  // Bilinear for all: Intel's drivers would scale the first layer otherwise than the others.
  parameters.pipeline_flags = VA_PROC_PIPELINE_FAST;
  parameters.filter_flags = VA_FILTER_SCALING_FAST | VA_FILTER_INTERPOLATION_BILINEAR;
  const bool overlay = layer.kind == VaapiLayer::Kind::kOverlay;
  if (knows_bt709_) {
    parameters.surface_color_standard = VAProcColorStandardBT709;
    parameters.output_color_standard = VAProcColorStandardBT709;
  }
  parameters.input_color_properties.color_range =
      overlay ? VA_SOURCE_RANGE_FULL : VA_SOURCE_RANGE_REDUCED;
  parameters.output_color_properties.color_range = VA_SOURCE_RANGE_REDUCED;
  if (overlay) {
    slot.blend.flags = VA_BLEND_PREMULTIPLIED_ALPHA;
    parameters.blend_state = &slot.blend;
  }
  if (slot.buffer) return OverwriteVaBuffer(slot.buffer, &parameters, sizeof(parameters));
  auto buffer =
      CreateVaBuffer(context_, VAProcPipelineParameterBufferType, sizeof(parameters), &parameters);
  if (!buffer) return tl::unexpected(std::move(buffer.error()));
  slot.buffer = *std::move(buffer);
  return {};
}

}  // namespace continuo
