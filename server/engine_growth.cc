// SPDX-License-Identifier: Apache-2.0
#include "server/engine_growth.h"

namespace continuo {

std::string_view ToString(Stage stage) {
  switch (stage) {
    case Stage::kDecode:
      return "decode";
    case Stage::kCompose:
      return "compose";
    case Stage::kEncode:
      return "encode";
  }
  return "unknown";
}

}  // namespace continuo
