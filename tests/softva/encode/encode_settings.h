// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_enc_h264.h>

#include <cstdint>
#include <vector>

#include "softva/core/buffer.h"

namespace softva {

// What a program has told an H.264 encoder so far and what stays so until it says otherwise.
struct EncodeSettings {
  VAProfile profile = VAProfileH264Main;
  uint32_t rate_control = VA_RC_CQP;
  int width = 0, height = 0;

  // Of the parameters' bits_per_second, which is the most; the target is a percentage of it.
  uint32_t bits_per_second = 0;
  uint32_t target_percentage = 100;
  uint32_t buffer_bits = 0;  // 0: one second's
  uint32_t initial_qp = 0, min_qp = 0, max_qp = 0;
  uint32_t frames = 30, per_seconds = 1;

  uint32_t quality_level = 0;  // 1 is best, 7 fastest, 0 the default
  bool cabac = false;
  bool transform_8x8 = false;
  bool deblocking = true;
  // So many macroblock columns of every picture are intra coded, in turn; 0 for none.
  int refreshed_columns = 0;
};

// What it wants of one picture.
struct EncodeRequest {
  bool idr = false;
  bool intra = false;
  int qp = 26;  // for CQP
  VASurfaceID reconstructed = VA_INVALID_SURFACE;
  VASurfaceID reference = VA_INVALID_SURFACE;
  VABufferID coded = VA_INVALID_ID;
  std::vector<VAEncROI> regions;  // by QP delta
};

// Reads one buffer into either. False for a buffer that an H.264 encoder here doesn't take.
class EncodeReader {
 public:
  EncodeReader(EncodeSettings* settings, EncodeRequest* request)
      : settings_(settings), request_(request) {}

  bool Read(const Parameters& parameters);
  // Whether there was all that makes a picture.
  bool complete() const { return has_picture_ && has_slice_ && settings_->width > 0; }
  bool has_b_slices() const { return has_b_slices_; }

 private:
  void ReadSequence(const VAEncSequenceParameterBufferH264& sequence);
  void ReadPicture(const VAEncPictureParameterBufferH264& picture);
  void ReadSlice(const VAEncSliceParameterBufferH264& slice);
  bool ReadMisc(const Parameters& parameters);
  void ReadRateControl(const VAEncMiscParameterRateControl& rate);
  void ReadRegions(const VAEncMiscParameterBufferROI& regions);

  EncodeSettings* settings_;
  EncodeRequest* request_;
  bool has_picture_ = false, has_slice_ = false, has_b_slices_ = false;
};

}  // namespace softva
