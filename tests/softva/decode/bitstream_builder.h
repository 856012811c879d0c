// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"

namespace softva {

// A surface that a picture's parameters name as a reference, and which picture they take it for.
struct Reference {
  VASurfaceID surface = VA_INVALID_SURFACE;
  FieldOrder order;  // H.264, and HEVC, whose pictures have one count: the top's
};

// A picture as a decoder in software takes it.
struct CodedPicture {
  std::vector<uint8_t> bytes;
  int width = 0, height = 0;
  // Where the parameters say that the picture goes; VA_INVALID_SURFACE where they don't say.
  VASurfaceID target = VA_INVALID_SURFACE;
  // AV1 only: where the picture goes once more, with film grain; VA_INVALID_SURFACE where it has
  // none.
  VASurfaceID grain_target = VA_INVALID_SURFACE;
  FieldOrder order;
  bool field = false;
  // Needs nothing that came before.
  bool random_access = false;
  // Brings all headers with it that it needs.
  bool has_headers = false;
  // Pictures are missing before this one: what it refers to may not have been there.
  bool gap = false;
  std::vector<Reference> references;
  // AV1 only, where `bytes` are the tiles: the headers before them depend on what the decoder has.
  std::shared_ptr<const VADecPictureParameterBufferAV1> av1;
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

// One slice of a picture, or one tile.
template <class T>
struct Slice {
  const T* parameters = nullptr;
  std::span<const uint8_t> data;
};

// The slices that one buffer of parameters describes. False where they stick out of the data.
template <class T>
bool AppendSlices(const Parameters& parameters, const Parameters& data,
                  std::vector<Slice<T>>* slices) {
  for (uint32_t i = 0; i < parameters.count; ++i) {
    const T* slice = parameters.As<T>(i);
    if (slice == nullptr || slice->slice_data_offset > data.bytes.size() ||
        slice->slice_data_size > data.bytes.size() - slice->slice_data_offset) {
      return false;
    }
    slices->push_back(
        {slice, std::span(data.bytes).subspan(slice->slice_data_offset, slice->slice_data_size)});
  }
  return true;
}

// The slices of a picture: the n-th buffer of parameters of type T describes the n-th of data,
// whichever of the two comes first (libmfx-gen hands over the tiles of AV1 before what describes
// them). False where parameters and data don't fit together, or there are none.
template <class T>
bool CollectSlices(std::span<const Parameters> buffers, std::vector<Slice<T>>* slices) {
  std::vector<const Parameters*> parameters, data;
  for (const Parameters& buffer : buffers) {
    if (buffer.type == VASliceParameterBufferType) parameters.push_back(&buffer);
    if (buffer.type == VASliceDataBufferType) data.push_back(&buffer);
  }
  if (parameters.size() != data.size()) return false;
  for (size_t i = 0; i < data.size(); ++i) {
    if (!AppendSlices(*parameters[i], *data[i], slices)) return false;
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
