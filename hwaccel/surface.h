// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo {

class Device;

// One picture in a device's memory: NV12, BT.709 limited range. Made by a backend and understood by
// it alone, which casts it back; nobody else looks inside. Its owner (a decoder's frame, a
// compositor) keeps it alive while somebody may draw or encode it.
class Surface {
 public:
  // The device outlives its surfaces.
  explicit Surface(const Device& device) : device_(device) {}
  virtual ~Surface() = default;
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;

  const Device& device() const { return device_; }

 private:
  const Device& device_;
};

}  // namespace continuo
