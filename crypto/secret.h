// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.h"

namespace continuo {

// Bytes that must not leak: between guard pages, locked out of swap as far as RLIMIT_MEMLOCK goes,
// left out of core dumps, wiped on destruction. Move only; a copy is asked for by name.
// Each costs a page and some system calls: for keys, never for packets. The start is aligned to 16
// bytes when the size is a multiple of 16. Aborts when the machine is out of memory. Any thread.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(size_t size);  // zeroed
  static SecretBytes CopyOf(ByteView bytes);

  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  ByteView view() const { return {data_, size_}; }
  MutableBytes bytes() { return {data_, size_}; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Overwrites bytes on their way out, where a compiler may not drop it.
void Wipe(MutableBytes bytes);

}  // namespace continuo
