// SPDX-License-Identifier: Apache-2.0
// What one tick of a room of nine costs: nine cameras, each with a new picture, into a grid of 3 x
// 3 on 1280x720, names included. Beside it libswscale's bilinear scaler doing the same scaling
// alone, in the same run: quote the ratio, not the milliseconds. The arguments are the cameras'
// size.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "base/random.h"
#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/fit_rect.h"
#include "hwaccel/picture_buffer.h"
#include "mcu/scene/layout.h"
#include "mcu/video/composer.h"

extern "C" {
#include <libswscale/swscale.h>
}

namespace continuo {
namespace {

constexpr int kPeople = 9;

PixelSize CameraOf(const benchmark::State& state) {
  return {static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
}

// Noise: scaling costs the same whatever the picture, and nothing can be guessed.
std::unique_ptr<PictureBuffer> Camera(PixelSize size, uint64_t seed) {
  auto buffer = std::make_unique<PictureBuffer>(size);
  Prng prng(seed);
  for (size_t plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? size.height : size.height / 2;
    for (int i = 0; i < rows * buffer->view().strides[plane]; ++i) {
      buffer->view().planes[plane][i] = static_cast<uint8_t>(16 + prng.Next() % 220);
    }
  }
  return buffer;
}

std::vector<std::unique_ptr<PictureBuffer>> Cameras(PixelSize size) {
  std::vector<std::unique_ptr<PictureBuffer>> cameras;
  for (int i = 0; i < kPeople; ++i) cameras.push_back(Camera(size, static_cast<uint64_t>(i) + 1));
  return cameras;
}

std::unique_ptr<const VideoFrame> NewPicture(const PictureBuffer& camera) {
  return std::make_unique<const VideoFrame>(camera.view(), 0, Timestamp{}, nullptr, [](void*) {});
}

void ComposeNine(benchmark::State& state) {
  const auto cameras = Cameras(CameraOf(state));
  ComposerProbe probe;
  auto composer = Composer::Create(CpuCompositor::Create, probe).value();
  const auto rects = GridLayout(kPeople, kCanvasSize);
  Scene scene;
  for (uint32_t i = 0; i < kPeople; ++i) {
    scene.tiles.push_back({ParticipantId(i + 1), "Hélène Dupré", rects[i], CameraState::kOn});
  }
  composer->SetScene(scene);
  for (auto _ : state) {
    for (uint32_t i = 0; i < kPeople; ++i) {
      composer->SetPicture(ParticipantId(i + 1), NewPicture(*cameras[i]));
    }
    composer->Compose(Timestamp{});
    benchmark::DoNotOptimize(composer->canvas_version());
  }
}

struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

void ScaleNineBySwscale(benchmark::State& state) {
  const PixelSize camera = CameraOf(state);
  const auto cameras = Cameras(camera);
  const auto rects = GridLayout(kPeople, kCanvasSize);
  const PictureBuffer canvas(kCanvasSize);
  const PixelRect first = FitRect(camera, rects[0]);
  const std::unique_ptr<SwsContext, FreeScaler> scaler(
      sws_getContext(camera.width, camera.height, AV_PIX_FMT_YUV420P, first.width, first.height,
                     AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr, nullptr, nullptr));
  for (auto _ : state) {
    for (size_t i = 0; i < kPeople; ++i) {
      const PixelRect fit = FitRect(camera, rects[i]);
      const MutableI420View& from = cameras[i]->view();
      const MutableI420View& to = canvas.view();
      uint8_t* const planes[] = {to.planes[0] + fit.y * to.strides[0] + fit.x,
                                 to.planes[1] + fit.y / 2 * to.strides[1] + fit.x / 2,
                                 to.planes[2] + fit.y / 2 * to.strides[2] + fit.x / 2};
      sws_scale(scaler.get(), from.planes.data(), from.strides.data(), 0, camera.height, planes,
                to.strides.data());
    }
    benchmark::ClobberMemory();
  }
}

void CameraSizes(benchmark::internal::Benchmark* bench) {
  bench->Args({640, 480})->Args({640, 360})->Args({1280, 720})->Unit(benchmark::kMillisecond);
}

BENCHMARK(ComposeNine)->Apply(CameraSizes);
BENCHMARK(ScaleNineBySwscale)->Apply(CameraSizes);

}  // namespace
}  // namespace continuo

BENCHMARK_MAIN();
