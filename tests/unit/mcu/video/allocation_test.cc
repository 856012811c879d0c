// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "hwaccel/cpu/cpu_compositor.h"
#include "mcu/scene/layout.h"
#include "mcu/video/composer.h"
#include "tests/support/allocation_counter/allocation_counter.h"
#include "tests/unit/mcu/video/solid_frame.h"

namespace continuo {
namespace {

TEST(Composer, AllocatesNothingPerFrame) {
  ComposerProbe probe;
  auto composer = Composer::Create(CpuCompositor::Create, probe).value();
  Scene scene;
  const auto rects = GridLayout(9, kCanvasSize);
  for (uint32_t i = 0; i < 9; ++i) {
    scene.tiles.push_back({ParticipantId(i + 1), "Somebody", rects[i], CameraState::kOn});
  }
  composer->SetScene(scene);
  int64_t in_steady_state = 0;
  for (int frame = 0; frame < 5; ++frame) {
    std::unique_ptr<const VideoFrame> pictures[9];
    for (auto& picture : pictures) picture = SolidFrame::Make({1280, 720}, {100, 128, 128});
    const int64_t before = test::AllocationsOfThisThread();
    for (uint32_t i = 0; i < 9; ++i) {
      composer->SetPicture(ParticipantId(i + 1), std::move(pictures[i]));
    }
    ASSERT_TRUE(composer->Compose(Timestamp::Millis(40 * frame)));
    if (frame > 0) in_steady_state += test::AllocationsOfThisThread() - before;
  }
  EXPECT_GT(test::AllocationsOfThisThread(), 0);
  EXPECT_EQ(in_steady_state, 0);
}

}  // namespace
}  // namespace continuo
