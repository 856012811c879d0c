// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/pixel_size.h"
#include "tests/conformance/support/stream.h"

struct AVCodecContext;

namespace continuo {

// One picture as it was shown.
struct ShownPicture {
  uint32_t rtp_timestamp = 0;
  PixelSize size;
  uint64_t digest = 0;
  friend bool operator==(const ShownPicture&, const ShownPicture&) = default;
};
void PrintTo(const ShownPicture& picture, std::ostream* out);

// What every decoder is compared with: libavcodec as anybody would use it, in software, one thread,
// with none of our flags, checks or conversions. Waits for every picture that may still come, so it
// shows all of a stream, in display order. For streams that are whole.
class PlainDecoder {
 public:
  explicit PlainDecoder(VideoCodec codec);
  ~PlainDecoder();

  std::vector<ShownPicture> Decode(const OwnedEncodedFrame& frame);
  std::vector<ShownPicture> Flush();

 private:
  std::vector<ShownPicture> Receive();

  struct Free {
    void operator()(AVCodecContext* context) const;
  };
  std::unique_ptr<AVCodecContext, Free> context_;
};

std::vector<ShownPicture> AllPicturesOf(const Stream& stream);

}  // namespace continuo
