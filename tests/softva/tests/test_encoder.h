// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_enc_h264.h>

#include <cstdint>
#include <vector>

#include "softva/tests/test_display.h"

namespace softva {

// What may be asked of a picture besides its pixels.
struct TestRequest {
  bool idr = false;
  int qp = 26;
  uint32_t bits_per_second = 0;  // 0: as before
  std::vector<VAEncROI> regions;
  int refreshed_columns = 0;
};

// Encodes H.264 by libva's calls, constrained baseline, one reference.
class TestEncoder {
 public:
  TestEncoder(TestDisplay& display, int width, int height, uint32_t rate_control,
              VAEntrypoint entrypoint = VAEntrypointEncSlice);

  // The coded picture; empty where the calls failed.
  std::vector<uint8_t> Encode(VASurfaceID input, const TestRequest& request = {});
  // As far as vaEndPicture.
  VAStatus Submit(VASurfaceID input, const TestRequest& request);
  std::vector<uint8_t> TakeCoded();

  VABufferID coded_buffer() const { return coded_; }
  // What the last picture looks like once it is decoded.
  VASurfaceID reconstructed() const { return surfaces_[picture_ % 2]; }

 private:
  template <class T>
  void Add(VABufferType type, const T& parameters);
  template <class T>
  void AddMisc(VAEncMiscParameterType type, const T& parameters);
  void AddSequence();
  void AddPicture(const TestRequest& request);
  void AddSlice(const TestRequest& request);
  void AddOptions(const TestRequest& request);

  TestDisplay& display_;
  const int width_, height_;
  VAContextID context_;
  VABufferID coded_ = VA_INVALID_ID;
  VASurfaceID surfaces_[2];
  int picture_ = 0;
  std::vector<VABufferID> buffers_;
};

}  // namespace softva
