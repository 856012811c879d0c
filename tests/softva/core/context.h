// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <map>
#include <memory>
#include <mutex>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"

namespace softva {

class Driver;

// What a program wants of a profile and entrypoint.
struct Config {
  VAProfile profile = VAProfileNone;
  VAEntrypoint entrypoint = VAEntrypointVideoProc;
  std::map<VAConfigAttribType, uint32_t> attributes;
};

// A VA context: one decoder, encoder or video processor. Keeps the order that the API asks for,
// vaBeginPicture, vaRenderPicture…, vaEndPicture; what it does in between is up to its kind. One
// picture at a time; calls from several threads wait for each other.
class Context {
 public:
  virtual ~Context();

  VAStatus Begin(VASurfaceID id, std::shared_ptr<Surface> target);
  VAStatus Render(const Buffer& buffer);
  VAStatus End();

 protected:
  explicit Context(Driver& driver) : driver_(driver) {}

  // A new picture begins.
  virtual void Reset() = 0;
  virtual VAStatus Take(Parameters parameters) = 0;
  // All parameters of the picture have been taken: hand over its work.
  virtual VAStatus Finish() = 0;

  Driver& driver() { return driver_; }
  VASurfaceID target_id() const { return target_id_; }
  const std::shared_ptr<Surface>& target() const { return target_; }

 private:
  Driver& driver_;
  std::mutex mutex_;  // over all below, and held while a picture is worked on
  VASurfaceID target_id_ = VA_INVALID_SURFACE;
  std::shared_ptr<Surface> target_;
};

// The kind of context that the config asks for; null where the system has no memory.
std::shared_ptr<Context> MakeContext(Driver& driver, const Config& config);

}  // namespace softva
