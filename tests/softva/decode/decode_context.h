// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "softva/core/context.h"
#include "softva/decode/bitstream_builder.h"
#include "softva/decode/picture_decoder.h"

namespace softva {

// A decoder. VA-API's are without memory, this one isn't: it keeps the reference pictures itself,
// like any decoder in software, and only checks those that the program names. So that a program may
// go on in a new context, as VP9 does where the picture's size changes, the surfaces remember who
// decoded them.
class DecodeContext : public Context {
 public:
  DecodeContext(Driver& driver, VAProfile profile) : Context(driver), profile_(profile) {}

 protected:
  void Reset() override { buffers_.clear(); }
  VAStatus Take(Parameters parameters) override;
  VAStatus Finish() override;

 private:
  // The memory, apart from the context.
  struct Stream {
    std::unique_ptr<PictureDecoder> decoder;
    bool gap = false;  // pictures are missing since the last random access
  };

  void ChooseStream(const CodedPicture& picture);
  // Notes what is wrong with them; an error where a real driver has one.
  VAStatus CheckReferences(const CodedPicture& picture);
  void CheckReference(const Reference& reference, const Surface& surface);

  const VAProfile profile_;
  std::vector<Parameters> buffers_;
  std::unique_ptr<BitstreamBuilder> builder_;
  std::shared_ptr<Stream> stream_;
};

}  // namespace softva
