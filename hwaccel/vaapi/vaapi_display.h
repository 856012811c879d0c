// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace continuo {

// A render node, opened and initialised: the VADisplay that everything on a GPU is made on, ours
// and oneVPL's. Loads the driver. Safe from any thread, and so are objects on it, each on one
// thread at a time: libva keeps nothing of its own between calls, and relies on the driver to lock
// what its objects share; those of Intel and Mesa do. libva's messages go into the error when
// opening fails, and nowhere else.
class VaapiDisplay {
 public:
  // kUnavailable when there is no such node, kDeviceFailed when its driver is missing or fails.
  static Result<std::unique_ptr<VaapiDisplay>> Open(const std::string& path);
  ~VaapiDisplay();
  VaapiDisplay(const VaapiDisplay&) = delete;
  VaapiDisplay& operator=(const VaapiDisplay&) = delete;

  VADisplay handle() const { return display_; }
  const std::string& path() const { return path_; }
  const std::string& vendor() const { return vendor_; }  // what the driver says of itself

  bool Has(VAProfile profile, VAEntrypoint entrypoint) const;
  // 0 when the driver does not know the attribute.
  uint32_t Attribute(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttribType type) const;

 private:
  VaapiDisplay(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status Initialize();
  static void Listen(void* self, const char* message);

  const std::string path_;
  const int fd_;
  VADisplay display_ = nullptr;
  std::string vendor_;
  std::string said_;  // by libva, while opening
  std::vector<VAProfile> profiles_;
};

}  // namespace continuo
