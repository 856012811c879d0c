// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/vp8_depacketizer.h"

#include "base/check.h"

// Whatever the bytes, what comes out lies within them and is not empty.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const continuo::ByteView payload(data, size);
  const auto parsed = continuo::ParseVp8Payload(payload);
  if (!parsed) return 0;
  CONTINUO_CHECK(!parsed->data.empty());
  CONTINUO_CHECK(parsed->data.data() + parsed->data.size() == data + size);
  CONTINUO_CHECK(parsed->data.size() < size);
  return 0;
}
