// SPDX-License-Identifier: Apache-2.0
#include "media/vp8_header.h"

#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace continuo;
  const auto header = ParseVp8Header({data, size});
  if (!header) return 0;
  CONTINUO_CHECK(header->first_partition_size <= size);
  CONTINUO_CHECK((header->size.area() > 0) == (header->kind == FrameKind::kKey));
  return 0;
}
