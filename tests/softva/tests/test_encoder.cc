// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/test_encoder.h"

#include <cstring>

namespace softva {
namespace {

constexpr int kSliceP = 0, kSliceI = 2;

VAPictureH264 Picture(VASurfaceID surface) {
  VAPictureH264 picture{};
  picture.picture_id = surface;
  if (surface == VA_INVALID_SURFACE) picture.flags = VA_PICTURE_H264_INVALID;
  return picture;
}

}  // namespace

TestEncoder::TestEncoder(TestDisplay& display, int width, int height, uint32_t rate_control,
                         VAEntrypoint entrypoint)
    : display_(display), width_(width), height_(height) {
  context_ = display_.CreateContext(
      VAProfileH264ConstrainedBaseline, entrypoint, width, height,
      {{VAConfigAttribRTFormat, VA_RT_FORMAT_YUV420}, {VAConfigAttribRateControl, rate_control}});
  for (VASurfaceID& surface : surfaces_) surface = display_.CreateSurface(width, height);
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAEncCodedBufferType,
                              static_cast<unsigned int>(width * height * 2), 1, nullptr, &coded_));
}

template <class T>
void TestEncoder::Add(VABufferType type, const T& parameters) {
  T copy = parameters;
  VABufferID buffer = VA_INVALID_ID;
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, type, sizeof copy, 1, &copy, &buffer));
  buffers_.push_back(buffer);
}

template <class T>
void TestEncoder::AddMisc(VAEncMiscParameterType type, const T& parameters) {
  constexpr size_t kHeader = sizeof(VAEncMiscParameterBuffer);
  std::vector<uint8_t> bytes(kHeader + sizeof(T));
  std::memcpy(bytes.data(), &type, sizeof type);
  std::memcpy(bytes.data() + kHeader, &parameters, sizeof(T));
  VABufferID buffer = VA_INVALID_ID;
  EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAEncMiscParameterBufferType,
                              static_cast<unsigned int>(bytes.size()), 1, bytes.data(), &buffer));
  buffers_.push_back(buffer);
}

void TestEncoder::AddSequence() {
  VAEncSequenceParameterBufferH264 sequence{};
  sequence.level_idc = 40;
  sequence.picture_width_in_mbs = static_cast<uint16_t>(width_ / 16);
  sequence.picture_height_in_mbs = static_cast<uint16_t>(height_ / 16);
  sequence.max_num_ref_frames = 1;
  sequence.seq_fields.bits.chroma_format_idc = 1;
  sequence.seq_fields.bits.frame_mbs_only_flag = 1;
  Add(VAEncSequenceParameterBufferType, sequence);
}

void TestEncoder::AddPicture(const TestRequest& request) {
  VAEncPictureParameterBufferH264 picture{};
  picture.CurrPic = Picture(surfaces_[picture_ % 2]);
  for (auto& reference : picture.ReferenceFrames) reference = Picture(VA_INVALID_SURFACE);
  if (!request.idr) picture.ReferenceFrames[0] = Picture(surfaces_[(picture_ + 1) % 2]);
  picture.coded_buf = coded_;
  picture.pic_init_qp = static_cast<uint8_t>(request.qp);
  picture.pic_fields.bits.idr_pic_flag = request.idr;
  picture.pic_fields.bits.reference_pic_flag = 1;
  Add(VAEncPictureParameterBufferType, picture);
}

void TestEncoder::AddSlice(const TestRequest& request) {
  VAEncSliceParameterBufferH264 slice{};
  slice.num_macroblocks = static_cast<uint32_t>(width_ / 16 * height_ / 16);
  slice.macroblock_info = VA_INVALID_ID;
  slice.slice_type = request.idr ? kSliceI : kSliceP;
  for (auto& reference : slice.RefPicList0) reference = Picture(VA_INVALID_SURFACE);
  for (auto& reference : slice.RefPicList1) reference = Picture(VA_INVALID_SURFACE);
  if (!request.idr) slice.RefPicList0[0] = Picture(surfaces_[(picture_ + 1) % 2]);
  Add(VAEncSliceParameterBufferType, slice);
}

void TestEncoder::AddOptions(const TestRequest& request) {
  if (request.bits_per_second != 0) {
    VAEncMiscParameterRateControl rate{};
    rate.bits_per_second = request.bits_per_second;
    AddMisc(VAEncMiscParameterTypeRateControl, rate);
  }
  if (request.refreshed_columns != 0) {
    VAEncMiscParameterRIR refresh{};
    refresh.rir_flags.bits.enable_rir_column = 1;
    refresh.intra_insert_size = static_cast<uint16_t>(request.refreshed_columns);
    AddMisc(VAEncMiscParameterTypeRIR, refresh);
  }
  if (!request.regions.empty()) {
    VAEncMiscParameterBufferROI regions{};
    regions.num_roi = static_cast<uint32_t>(request.regions.size());
    regions.roi = const_cast<VAEncROI*>(request.regions.data());
    regions.roi_flags.bits.roi_value_is_qp_delta = 1;
    AddMisc(VAEncMiscParameterTypeROI, regions);
  }
}

VAStatus TestEncoder::Submit(VASurfaceID input, const TestRequest& request) {
  ++picture_;
  if (request.idr) AddSequence();
  AddPicture(request);
  AddOptions(request);
  AddSlice(request);
  VAStatus status = vaBeginPicture(display_, context_, input);
  if (status == VA_STATUS_SUCCESS) {
    status =
        vaRenderPicture(display_, context_, buffers_.data(), static_cast<int>(buffers_.size()));
  }
  for (const VABufferID buffer : buffers_) vaDestroyBuffer(display_, buffer);
  buffers_.clear();
  return status == VA_STATUS_SUCCESS ? vaEndPicture(display_, context_) : status;
}

std::vector<uint8_t> TestEncoder::TakeCoded() {
  void* memory = nullptr;
  EXPECT_VA_OK(vaMapBuffer(display_, coded_, &memory));
  const auto* segment = static_cast<const VACodedBufferSegment*>(memory);
  const auto* bytes = static_cast<const uint8_t*>(segment->buf);
  std::vector<uint8_t> coded(bytes, bytes + segment->size);
  EXPECT_VA_OK(vaUnmapBuffer(display_, coded_));
  return coded;
}

std::vector<uint8_t> TestEncoder::Encode(VASurfaceID input, const TestRequest& request) {
  if (Submit(input, request) != VA_STATUS_SUCCESS) return {};
  return TakeCoded();
}

}  // namespace softva
