// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "softva/core/context.h"
#include "softva/process/layer.h"

namespace softva {

// A video processor: scales pictures and lays them over each other, as its personality does.
//
// intel: all layers are drawn at vaEndPicture. The background fills the whole target first, if its
// alpha isn't 0, and the last layer's background is the one that counts: so a second picture into
// the same surface wipes the first unless its last layer has none.
//
// amd: every layer is drawn at vaRenderPicture, over what is there; blend states and backgrounds
// are ignored.
class ProcessContext : public Context {
 public:
  explicit ProcessContext(Driver& driver) : Context(driver) {}

 protected:
  void Reset() override { layers_.clear(); }
  VAStatus Take(Parameters parameters) override;
  VAStatus Finish() override;

 private:
  VAStatus Submit(std::vector<Layer> layers, uint32_t background);

  std::vector<Layer> layers_;
};

}  // namespace softva
