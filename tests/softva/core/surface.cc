// SPDX-License-Identifier: Apache-2.0
#include "softva/core/surface.h"

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <utility>

namespace softva {
namespace {

constexpr int kPitchStep = 128;
constexpr int kHeightStep = 32;

// Nobody waits longer for a vaEndPicture that may never come.
constexpr std::chrono::seconds kLongestPreparation(1);

int RoundUp(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace

std::shared_ptr<Surface> Surface::Create(uint32_t fourcc, int width, int height) {
  std::shared_ptr<Surface> surface(new Surface);
  const bool nv12 = fourcc == VA_FOURCC_NV12;
  surface->fourcc_ = fourcc;
  surface->width_ = width;
  surface->height_ = height;
  surface->pitch_ = RoundUp(nv12 ? width : 4 * width, kPitchStep);
  surface->padded_height_ = RoundUp(height, kHeightStep);
  surface->size_ = surface->chroma_offset() * (nv12 ? 3 : 2) / 2;
  surface->fd_ = memfd_create("softva surface", MFD_CLOEXEC);
  if (surface->fd_ < 0 || ftruncate(surface->fd_, static_cast<off_t>(surface->size_)) != 0) {
    return nullptr;
  }
  void* memory = mmap(nullptr, surface->size_, PROT_READ | PROT_WRITE, MAP_SHARED, surface->fd_, 0);
  if (memory == MAP_FAILED) return nullptr;
  surface->memory_ = static_cast<uint8_t*>(memory);
  surface->Blacken();
  return surface;
}

void Surface::Blacken() {
  if (fourcc_ != VA_FOURCC_NV12) return;
  std::memset(luma(), 16, chroma_offset());
  std::memset(chroma(), 128, size_ - chroma_offset());
}

void Surface::BeginPreparing() {
  const std::lock_guard lock(mutex_);
  preparing_ = std::this_thread::get_id();
}

void Surface::EndPreparing() {
  {
    const std::lock_guard lock(mutex_);
    preparing_ = {};
  }
  prepared_.notify_all();
}

void Surface::WaitPrepared() {
  std::unique_lock lock(mutex_);
  const auto prepared = [this] {
    return preparing_ == std::thread::id() || preparing_ == std::this_thread::get_id();
  };
  prepared_.wait_for(lock, kLongestPreparation, prepared);
}

Content Surface::content() const {
  const std::lock_guard lock(mutex_);
  return content_;
}

void Surface::SetContent(Content content) {
  const std::lock_guard lock(mutex_);
  content_ = std::move(content);
}

Surface::~Surface() {
  if (memory_ != nullptr) munmap(memory_, size_);
  if (fd_ >= 0) close(fd_);
}

}  // namespace softva
