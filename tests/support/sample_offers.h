// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.h"

namespace continuo {

// A whole offer of a real browser, by its name in the SDP fuzz corpus: "chromium-offer" (sendrecv,
// simulcast, data), "chromium-offer-recvonly" (every codec), "chromium-offer-allext-svc" (every
// header extension), "firefox-offer". And "everything", ours, with whatever those lack.
inline std::string SampleOffer(std::string_view name) {
  // Found from this file's own place, so that no build setting has to name it.
  std::filesystem::path path = std::filesystem::path(__FILE__).parent_path().parent_path();
  path = path / "fuzz" / "corpus" / "sdp" / name;
  path += ".sdp";
  std::ifstream stream(path, std::ios::binary);
  std::string offer{std::istreambuf_iterator<char>(stream), {}};
  CONTINUO_CHECK(!offer.empty());
  return offer;
}

}  // namespace continuo
