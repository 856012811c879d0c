// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

// ThreadSanitizer brings operators of its own.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CONTINUO_TSAN
#endif
#endif
#ifndef CONTINUO_TSAN

#include <cstdlib>
#include <new>

#include "hwaccel/cpu/cpu_compositor.h"
#include "mcu/scene/layout.h"
#include "mcu/video/composer.h"
#include "tests/unit/mcu/video/solid_frame.h"

namespace {

thread_local int allocations = 0;

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* const p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace continuo {
namespace {

TEST(Composer, AllocatesNothingPerFrame) {
  ComposerProbe probe;
  auto composer = Composer::Create(CpuCompositor::Create(kCanvasSize).value(), probe).value();
  Scene scene;
  const auto rects = GridLayout(9, kCanvasSize);
  for (uint32_t i = 0; i < 9; ++i) {
    scene.tiles.push_back({ParticipantId(i + 1), "Somebody", rects[i], CameraState::kOn});
  }
  composer->SetScene(scene);
  int in_steady_state = 0;
  for (int frame = 0; frame < 5; ++frame) {
    std::unique_ptr<const VideoFrame> pictures[9];
    for (auto& picture : pictures) picture = SolidFrame::Make({1280, 720}, {100, 128, 128});
    const int before = allocations;
    for (uint32_t i = 0; i < 9; ++i) {
      composer->SetPicture(ParticipantId(i + 1), std::move(pictures[i]));
    }
    ASSERT_TRUE(composer->Compose(Timestamp::Millis(40 * frame)));
    if (frame > 0) in_steady_state += allocations - before;
  }
  EXPECT_GT(allocations, 0);
  EXPECT_EQ(in_steady_state, 0);
}

}  // namespace
}  // namespace continuo

#endif  // CONTINUO_TSAN
