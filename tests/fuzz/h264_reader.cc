// SPDX-License-Identifier: Apache-2.0
#include "media/h264_reader.h"

#include "base/check.h"

// Whatever the bytes: units lie within them, in order and apart, and an SPS that parses describes a
// picture that can exist.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace continuo;
  const ByteView input(data, size);
  H264NalReader reader(input);
  const uint8_t* after = data;
  bool has_idr = false;
  while (const auto nal = reader.Next()) {
    CONTINUO_CHECK(!nal->bytes.empty() && nal->bytes.back() != 0);
    CONTINUO_CHECK(nal->bytes.data() >= after + 3);
    after = nal->bytes.data() + nal->bytes.size();
    CONTINUO_CHECK(after <= data + size);
    has_idr = has_idr || nal->type() == H264NalType::kIdrSlice;
    const auto sps = ParseH264Sps(nal->bytes);
    if (!sps) continue;
    const PixelRect& visible = sps->visible_rect;
    CONTINUO_CHECK(!visible.empty() && visible.x >= 0 && visible.y >= 0);
    CONTINUO_CHECK(visible.x + visible.width <= sps->coded_size.width);
    CONTINUO_CHECK(visible.y + visible.height <= sps->coded_size.height);
    CONTINUO_CHECK(sps->coded_size.width <= kMaxH264SideInMacroblocks * 16);
  }
  CONTINUO_CHECK(H264IsIdr(input) == has_idr);
  // As if an SPS were the whole input, so that its parser is reached from any bytes.
  (void)ParseH264Sps(input);
  return 0;
}
