// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "hwaccel/vaapi/vaapi_objects.h"

namespace continuo {

// Where the driver puts an access unit, and what we make of it. One thread at a time; allocates
// only when an access unit is larger than any before it.
class VaapiCodedBuffer {
 public:
  static Result<VaapiCodedBuffer> Create(const VaContext& context, size_t capacity);

  VABufferID id() const { return buffer_.id(); }

  // Waits until the picture is encoded. `input` is the surface that is encoded into this, for
  // drivers that can only wait for that.
  Status Wait(VASurfaceID input);
  // Copies the access unit out, as ours are: every start code of four bytes; without SEI,
  // delimiters and filler. Nothing when the driver says that it is cut short or wrong.
  Result<bool> Read();
  ByteView access_unit() const { return access_unit_; }
  bool is_key() const { return is_key_; }
  bool has_sps() const { return has_sps_; }
  // Puts the parameter sets in front, for drivers that write none.
  void Prepend(ByteView parameter_sets);

 private:
  explicit VaapiCodedBuffer(VaBuffer buffer) : buffer_(std::move(buffer)) {}
  void Normalize();

  VaBuffer buffer_;
  bool waits_for_buffers_ = true;
  bool is_key_ = false;
  bool has_sps_ = false;
  std::vector<uint8_t> raw_;
  std::vector<uint8_t> access_unit_;
};

}  // namespace continuo
