// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/h264_depacketizer.h"

#include <vector>

#include "base/check.h"
#include "media/h264_reader.h"

// The input is a row of payloads, each after its length in one byte. Whatever they are, what has
// been put together is Annex B: nothing is lost or made up by reading it back as NAL units.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  continuo::ByteReader in(continuo::ByteView(data, size));
  std::vector<uint8_t> access_unit;
  bool in_fragment = false;
  while (in.ok() && in.remaining() > 0) {
    const continuo::ByteView payload = in.Bytes(in.U8());
    if (!in.ok() || !continuo::ParseH264Payload(payload)) continue;
    const size_t before = access_unit.size();
    if (!continuo::AppendH264Payload(payload, in_fragment, access_unit)) {
      CONTINUO_CHECK(access_unit.size() == before);
    }
  }
  continuo::H264NalReader reader(access_unit);
  size_t bytes = 0;
  while (const auto nal = reader.Next()) bytes += nal->bytes.size();
  CONTINUO_CHECK(bytes <= access_unit.size());
  CONTINUO_CHECK(access_unit.empty() || bytes > 0);
  return 0;
}
