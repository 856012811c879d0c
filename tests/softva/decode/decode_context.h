// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "softva/core/context.h"
#include "softva/decode/bitstream_builder.h"
#include "softva/decode/picture_decoder.h"

namespace softva {

// A decoder. VA-API's are without memory, this one isn't: it keeps the reference pictures itself,
// like any decoder in software, and only checks those that the program names.
class DecodeContext : public Context {
 public:
  DecodeContext(Driver& driver, VAProfile profile);

 protected:
  void Reset() override { buffers_.clear(); }
  VAStatus Take(Parameters parameters) override;
  VAStatus Finish() override;

 private:
  std::vector<Parameters> buffers_;
  std::unique_ptr<BitstreamBuilder> builder_;
  std::shared_ptr<PictureDecoder> decoder_;  // shared with work that isn't done yet
};

}  // namespace softva
