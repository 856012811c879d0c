// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <span>
#include <utility>

#include "base/result.h"
#include "media/pixel_size.h"

namespace continuo {

// Owns one of libva's objects, which are numbers on a display. The display outlives it. Destroying
// it is safe after any error, a lost device included: what libva says to that is of no use.
template <VAStatus (*kDestroy)(VADisplay, VAGenericID)>
class VaObject {
 public:
  VaObject() = default;
  VaObject(VADisplay display, VAGenericID id) : display_(display), id_(id) {}
  VaObject(VaObject&& other) noexcept
      : display_(other.display_), id_(std::exchange(other.id_, VA_INVALID_ID)) {}
  VaObject& operator=(VaObject&& other) noexcept {
    std::swap(display_, other.display_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~VaObject() {
    if (id_ != VA_INVALID_ID) kDestroy(display_, id_);
  }

  VADisplay display() const { return display_; }
  VAGenericID id() const { return id_; }
  explicit operator bool() const { return id_ != VA_INVALID_ID; }

 private:
  VADisplay display_ = nullptr;
  VAGenericID id_ = VA_INVALID_ID;
};

VAStatus DestroyVaSurface(VADisplay display, VASurfaceID surface);

using VaConfig = VaObject<&vaDestroyConfig>;
using VaContext = VaObject<&vaDestroyContext>;
using VaBuffer = VaObject<&vaDestroyBuffer>;
using VaSurface = VaObject<&DestroyVaSurface>;

Result<VaConfig> CreateVaConfig(VADisplay display, VAProfile profile, VAEntrypoint entrypoint,
                                std::span<VAConfigAttrib> attributes = {});
Result<VaContext> CreateVaContext(const VaConfig& config, PixelSize size,
                                  std::span<VASurfaceID> targets = {});
// `fourcc` is VA_FOURCC_NV12 or VA_FOURCC_BGRA. What it shows is undefined.
Result<VaSurface> CreateVaSurface(VADisplay display, PixelSize size, uint32_t fourcc);
// `bytes` of zero: as the driver leaves it.
Result<VaBuffer> CreateVaBuffer(const VaContext& context, VABufferType type, size_t size,
                                const void* bytes = nullptr);

// An image: pixels that the CPU can reach, laid out as `layout()` says.
class VaImage {
 public:
  VaImage() = default;
  static Result<VaImage> Create(VADisplay display, PixelSize size, uint32_t fourcc);

  const VAImage& layout() const { return layout_; }
  PixelSize size() const { return {layout_.width, layout_.height}; }

 private:
  VaImage(VADisplay display, const VAImage& layout)
      : image_(display, layout.image_id), layout_(layout) {}

  VaObject<&vaDestroyImage> image_;
  VAImage layout_{};
};

// Memory of a buffer or of an image's buffer while this lives.
class VaMapping {
 public:
  static Result<VaMapping> Create(VADisplay display, VABufferID buffer);
  VaMapping(VaMapping&& other) noexcept
      : display_(other.display_),
        buffer_(std::exchange(other.buffer_, VA_INVALID_ID)),
        memory_(other.memory_) {}
  VaMapping& operator=(VaMapping&&) = delete;
  ~VaMapping() {
    if (buffer_ != VA_INVALID_ID) vaUnmapBuffer(display_, buffer_);
  }

  void* memory() const { return memory_; }
  uint8_t* bytes() const { return static_cast<uint8_t*>(memory_); }

 private:
  VaMapping(VADisplay display, VABufferID buffer, void* memory)
      : display_(display), buffer_(buffer), memory_(memory) {}

  VADisplay display_;
  VABufferID buffer_;
  void* memory_;
};

// Writes over a parameter buffer that was made before, which spares making another.
Status OverwriteVaBuffer(const VaBuffer& buffer, const void* bytes, size_t size);

}  // namespace continuo
