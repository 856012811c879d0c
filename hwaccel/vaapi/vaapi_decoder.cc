// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_decoder.h"

#include <atomic>
#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include "codecs/ffmpeg/decode_accelerator.h"
#include "codecs/ffmpeg/ffmpeg_decoder.h"
#include "hwaccel/vaapi/vaapi_pulse.h"
#include "hwaccel/vaapi/vaapi_surface.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/hwcontext_vaapi.h>
}

namespace continuo {
namespace {

// Neither cameras nor screens make smaller pictures, and drivers have minima: the CPU takes them.
constexpr int kMinSide = 64;

// How many pictures of one decoder are out. Counted by libavutil's references, for pictures outlive
// their decoder.
using HeldCount = std::atomic<int>;
HeldCount& CountIn(const AVBufferRef& buffer) {
  return *std::launder(reinterpret_cast<HeldCount*>(buffer.data));
}
AvBufferPtr MakeHeldCount() {
  AvBufferPtr buffer(av_buffer_alloc(sizeof(HeldCount)));
  if (buffer != nullptr) new (buffer->data) HeldCount(0);
  return buffer;
}

// What a VideoFrame owns: libavcodec's reference to its surface.
struct HeldPicture {
  HeldPicture(const Device& device, AvFramePtr decoded, AvBufferPtr held_count, PixelSize coded)
      : frame(std::move(decoded)),
        count(std::move(held_count)),
        surface(device, static_cast<VASurfaceID>(reinterpret_cast<uintptr_t>(frame->data[3])),
                coded) {
    CountIn(*count).fetch_add(1, std::memory_order_relaxed);
  }
  ~HeldPicture() { CountIn(*count).fetch_sub(1, std::memory_order_relaxed); }
  HeldPicture(const HeldPicture&) = delete;
  HeldPicture& operator=(const HeldPicture&) = delete;

  const AvFramePtr frame;
  const AvBufferPtr count;
  const VaapiSurface surface;
};

void ReleaseHeld(void* storage) {
  std::unique_ptr<HeldPicture> picture(static_cast<HeldPicture*>(storage));
  const CallWatch::Call call(&picture->surface.device().calls());
  picture.reset();
}

class VaapiAccelerator final : public DecodeAccelerator {
 public:
  VaapiAccelerator(const VaapiDecoderParts& parts, AvBufferPtr held)
      : parts_(parts), held_(std::move(held)) {}

  AVBufferRef* device() const override { return parts_.av_device; }
  AVPixelFormat format() const override { return AV_PIX_FMT_VAAPI; }
  // One more is being made while all are out.
  int max_held() const override { return Device::kMaxHeldPictures + 1; }
  Status CheckSize(PixelSize coded, PixelRect visible) const override;
  std::unique_ptr<const VideoFrame> Wrap(AvFramePtr frame, uint32_t rtp_timestamp,
                                         Timestamp capture_time) override;
  Error Explain(int averror, FrameKind kind) override;

 private:
  const VaapiDecoderParts parts_;
  const AvBufferPtr held_;
};

Status VaapiAccelerator::CheckSize(PixelSize coded, PixelRect visible) const {
  const PixelSize max = parts_.max_size;
  const bool fits = coded.width <= max.width && coded.height <= max.height;
  // libavcodec crops a surface at the right and at the bottom only.
  if (fits && visible.x == 0 && visible.y == 0 && visible.width >= kMinSide &&
      visible.height >= kMinSide) {
    return {};
  }
  return Fail(ErrorCode::kUnsupported, "a picture of a size that is not for the device",
              std::to_string(visible.width) + "x" + std::to_string(visible.height));
}

std::unique_ptr<const VideoFrame> VaapiAccelerator::Wrap(AvFramePtr frame, uint32_t rtp_timestamp,
                                                         Timestamp capture_time) {
  if (CountIn(*held_).load(std::memory_order_relaxed) >= Device::kMaxHeldPictures) {
    parts_.probe.pictures_held.Add();
    return nullptr;
  }
  const auto* const pool = reinterpret_cast<const AVHWFramesContext*>(frame->hw_frames_ctx->data);
  const PixelSize coded{pool->width, pool->height};
  const PixelSize size{frame->width, frame->height};
  AvBufferPtr count(av_buffer_ref(held_.get()));
  if (count == nullptr) return nullptr;
  auto picture =
      std::make_unique<HeldPicture>(parts_.device, std::move(frame), std::move(count), coded);
  const PictureView view(size, picture->surface);
  return std::make_unique<const VideoFrame>(view, rtp_timestamp, capture_time, picture.release(),
                                            &ReleaseHeld);
}

Error VaapiAccelerator::Explain(int averror, FrameKind kind) {
  // libavcodec has one word for all that libva says. So the device is asked to do something else:
  // when it can, the fault was the stream's, or is confined to it.
  if (auto alive = FeelPulse(parts_.display, parts_.device); !alive) {
    return {ErrorCode::kDeviceFailed, "the device died while decoding", alive.error().detail,
            alive.error().native};
  }
  if (kind == FrameKind::kKey) {
    return {ErrorCode::kUnsupported, "the device does not decode this stream", {}, averror};
  }
  return {ErrorCode::kMalformed, "the device did not decode a frame", {}, averror};
}

}  // namespace

Result<AvBufferPtr> CreateAvDevice(const VaapiDisplay& display) {
  AvBufferPtr buffer(av_hwdevice_ctx_alloc(AV_HWDEVICE_TYPE_VAAPI));
  if (buffer == nullptr) return Fail(ErrorCode::kUnsupported, "libavutil has no VA-API");
  auto* const context = reinterpret_cast<AVHWDeviceContext*>(buffer->data);
  static_cast<AVVAAPIDeviceContext*>(context->hwctx)->display = display.handle();
  const int error = av_hwdevice_ctx_init(buffer.get());
  if (error < 0) {
    return Fail(ErrorCode::kDeviceFailed, "libavutil does not take the device", {}, error);
  }
  return buffer;
}

Result<std::unique_ptr<VideoDecoder>> CreateVaapiDecoder(const VaapiDecoderParts& parts,
                                                         VideoCodec codec) {
  if (parts.max_size.width == 0) {
    return Fail(ErrorCode::kUnsupported, "the device does not decode this codec",
                std::string(ToString(codec)));
  }
  AvBufferPtr held = MakeHeldCount();
  if (held == nullptr) return Fail(ErrorCode::kResourceExhausted, "no memory to decode");
  return CreateFfmpegDecoder(codec, {.max_slices = Device::kMaxSlices},
                             std::make_unique<VaapiAccelerator>(parts, std::move(held)));
}

}  // namespace continuo
