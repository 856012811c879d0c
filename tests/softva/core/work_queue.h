// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <functional>
#include <memory>
#include <vector>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"

namespace softva {

// One piece of the device's work: a picture decoded, composed or encoded.
struct Job {
  std::function<VAStatus()> run;
  std::vector<std::shared_ptr<Surface>> reads;
  std::vector<std::shared_ptr<Surface>> writes;
  std::shared_ptr<Buffer> coded;
};

// The device's work, done in the thread that hands it over. Any thread; works of different contexts
// run side by side.
class WorkQueue {
 public:
  VAStatus Submit(Job job) { return job.run(); }
};

}  // namespace softva
