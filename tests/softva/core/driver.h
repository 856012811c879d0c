// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "softva/core/buffer.h"
#include "softva/core/capabilities.h"
#include "softva/core/context.h"
#include "softva/core/image.h"
#include "softva/core/journal.h"
#include "softva/core/object_table.h"
#include "softva/core/options.h"
#include "softva/core/surface.h"
#include "softva/core/work_queue.h"

namespace softva {

// All that belongs to one VADisplay, from vaInitialize to vaTerminate.
class Driver {
 public:
  explicit Driver(Options options);

  const Options& options() const { return options_; }
  const Capabilities& capabilities() const { return capabilities_; }
  Journal& journal() { return journal_; }
  WorkQueue& queue() { return queue_; }

  ObjectTable<Config>& configs() { return configs_; }
  ObjectTable<Context>& contexts() { return contexts_; }
  ObjectTable<Surface>& surfaces() { return surfaces_; }
  ObjectTable<Buffer>& buffers() { return buffers_; }
  ObjectTable<Image>& images() { return images_; }

  // Appends what happened to the file that the options name, if they do.
  void WriteReport() const;

 private:
  std::map<std::string, size_t> Leaks() const;

  const Options options_;
  const Capabilities capabilities_;
  Journal journal_;
  ObjectTable<Config> configs_{1};
  ObjectTable<Surface> surfaces_{4};
  ObjectTable<Buffer> buffers_{8};
  ObjectTable<Image> images_{10};
  ObjectTable<Context> contexts_{2};
  WorkQueue queue_;
};

}  // namespace softva
