// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_coded_buffer.h"

#include <utility>

#include "hwaccel/vaapi/vaapi_status.h"
#include "media/h264_reader.h"

namespace continuo {
namespace {

constexpr uint32_t kBroken = VA_CODED_BUF_STATUS_SLICE_OVERFLOW_MASK |
                             VA_CODED_BUF_STATUS_FRAME_SIZE_OVERFLOW |
                             VA_CODED_BUF_STATUS_BAD_BITSTREAM;

bool IsDropped(H264NalType type) {
  return type == H264NalType::kSei || type == H264NalType::kAccessUnitDelimiter ||
         type == H264NalType::kFiller;
}

}  // namespace

Result<VaapiCodedBuffer> VaapiCodedBuffer::Create(const VaContext& context, size_t capacity) {
  auto buffer = CreateVaBuffer(context, VAEncCodedBufferType, capacity);
  if (!buffer) return tl::unexpected(std::move(buffer.error()));
  return VaapiCodedBuffer(*std::move(buffer));
}

Status VaapiCodedBuffer::Wait(VASurfaceID input) {
  if (waits_for_buffers_) {
    const VAStatus status = vaSyncBuffer(buffer_.display(), buffer_.id(), VA_TIMEOUT_INFINITE);
    if (status != VA_STATUS_ERROR_UNIMPLEMENTED) return CheckVa(status, "vaSyncBuffer");
    waits_for_buffers_ = false;
  }
  return CheckVa(vaSyncSurface(buffer_.display(), input), "vaSyncSurface of an encoder");
}

Result<bool> VaapiCodedBuffer::Read() {
  raw_.clear();
  {
    const auto mapping = VaMapping::Create(buffer_.display(), buffer_.id());
    if (!mapping) return tl::unexpected(mapping.error());
    const auto* segment = static_cast<const VACodedBufferSegment*>(mapping->memory());
    for (; segment != nullptr; segment = static_cast<const VACodedBufferSegment*>(segment->next)) {
      if ((segment->status & kBroken) != 0) return false;
      const auto* const bytes = static_cast<const uint8_t*>(segment->buf);
      if (bytes != nullptr) raw_.insert(raw_.end(), bytes, bytes + segment->size);
    }
  }
  Normalize();
  return !access_unit_.empty();
}

void VaapiCodedBuffer::Normalize() {
  access_unit_.clear();
  is_key_ = false;
  has_sps_ = false;
  bool has_slice = false;
  H264NalReader reader(raw_);
  while (const auto nal = reader.Next()) {
    if (IsDropped(nal->type())) continue;
    is_key_ |= nal->type() == H264NalType::kIdrSlice;
    has_sps_ |= nal->type() == H264NalType::kSps;
    has_slice |= nal->type() == H264NalType::kIdrSlice || nal->type() == H264NalType::kSlice;
    access_unit_.insert(access_unit_.end(), {0, 0, 0, 1});
    access_unit_.insert(access_unit_.end(), nal->bytes.begin(), nal->bytes.end());
  }
  if (!has_slice) access_unit_.clear();
}

void VaapiCodedBuffer::Prepend(ByteView parameter_sets) {
  access_unit_.insert(access_unit_.begin(), parameter_sets.begin(), parameter_sets.end());
}

}  // namespace continuo
