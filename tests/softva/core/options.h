// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace softva {

// Whose driver this one behaves like.
enum class Personality {
  kIntel,  // iHD: blends, up to 65 layers a picture, the low-power encoder
  kAmd,    // radeonsi: no blending, every layer is done as soon as it is handed over
};

enum class FaultKind {
  kFail,  // the call fails, once
  kHang,  // the call never returns
  kLost,  // this call and every later one that needs the device fails
};

// What shall go wrong: the `at`-th call, counted from 1, of the name `call` ("EndPicture"), or of
// any name ("any"). at == 0 is never.
struct Fault {
  std::string call;
  uint64_t at = 0;
  FaultKind kind = FaultKind::kFail;
};

// What a program's environment asks of the driver; read at vaInitialize.
struct Options {
  Personality personality = Personality::kIntel;  // SOFTVA_PERSONALITY=intel|amd
  bool asynchronous = false;                      // SOFTVA_ASYNC=1
  Fault fault;                                    // SOFTVA_FAULT=<call>:<n>:<fail|hang|lost>
  std::string report_path;                        // SOFTVA_REPORT=<file>

  // False, and says what it doesn't understand in `error`, rather than run some other test.
  static bool FromEnvironment(Options* options, std::string* error);
};

}  // namespace softva
