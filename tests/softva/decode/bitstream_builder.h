// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "softva/core/buffer.h"

namespace softva {

// A picture as a decoder in software takes it.
struct CodedPicture {
  std::vector<uint8_t> bytes;
  int width = 0, height = 0;
  // Where the parameters say that the picture goes; VA_INVALID_SURFACE where they don't say.
  VASurfaceID target = VA_INVALID_SURFACE;
};

// Writes the bitstream that a program once parsed: what VA-API hands over is parsed parameters and
// slices, and decoders in software want the whole. One per context; keeps what it has sent before.
// One implementation per codec.
class BitstreamBuilder {
 public:
  virtual ~BitstreamBuilder() = default;

  // All buffers of one picture, in the order in which they were handed over. An error for buffers
  // that don't make a picture.
  virtual VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) = 0;
};

// The slices of a picture: parameters of type T come first, each buffer of them followed by its
// data.
template <class T>
struct Slice {
  const T* parameters = nullptr;
  std::span<const uint8_t> data;
};

// False where parameters and data don't fit together, or there are none.
template <class T>
bool CollectSlices(std::span<const Parameters> buffers, std::vector<Slice<T>>* slices) {
  const Parameters* pending = nullptr;
  for (const Parameters& buffer : buffers) {
    if (buffer.type == VASliceParameterBufferType) pending = &buffer;
    if (buffer.type != VASliceDataBufferType) continue;
    if (pending == nullptr) return false;
    for (uint32_t i = 0; i < pending->count; ++i) {
      const T* slice = pending->As<T>(i);
      if (slice == nullptr || slice->slice_data_offset > buffer.bytes.size() ||
          slice->slice_data_size > buffer.bytes.size() - slice->slice_data_offset) {
        return false;
      }
      slices->push_back(
          {slice,
           std::span(buffer.bytes).subspan(slice->slice_data_offset, slice->slice_data_size)});
    }
    pending = nullptr;
  }
  return !slices->empty();
}

// The last buffer of that type as a T, null where there is none.
template <class T>
const T* FindParameters(std::span<const Parameters> buffers, VABufferType type) {
  const T* found = nullptr;
  for (const Parameters& buffer : buffers) {
    if (buffer.type == type) found = buffer.As<T>();
  }
  return found;
}

}  // namespace softva
