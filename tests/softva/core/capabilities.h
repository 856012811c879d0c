// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "softva/core/options.h"

namespace softva {

// What the driver says that it can do. It does all of it, and refuses the rest.
class Capabilities {
 public:
  explicit Capabilities(Personality personality) : personality_(personality) {}

  std::vector<VAProfile> Profiles() const;
  // Empty for a profile that it hasn't.
  std::vector<VAEntrypoint> Entrypoints(VAProfile profile) const;
  bool Has(VAProfile profile, VAEntrypoint entrypoint) const;
  // Of a pair that it has; nothing for an attribute that says nothing about it.
  std::optional<uint32_t> Attribute(VAEntrypoint entrypoint, VAConfigAttribType type) const;
  // All attributes of a pair that it has.
  std::vector<VAConfigAttrib> Attributes(VAEntrypoint entrypoint) const;

  // VA_BLEND_*
  uint32_t BlendFlags() const;
  // How many pictures one vaBeginPicture to vaEndPicture may lay over each other.
  int MaxLayers() const;

 private:
  std::optional<uint32_t> EncoderAttribute(VAConfigAttribType type) const;

  const Personality personality_;
};

constexpr int kMaxRegionsOfInterest = 8;

bool IsH264(VAProfile profile);
bool IsEncoder(VAEntrypoint entrypoint);

}  // namespace softva
