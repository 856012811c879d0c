// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/engine_compositor.h"

#include <utility>

#include "base/clock.h"

namespace continuo {

EngineCompositor::~EngineCompositor() {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  compositor_.reset();
}

Result<std::unique_ptr<Compositor>> EngineCompositor::Create(Engine& engine, PixelSize canvas) {
  std::unique_ptr<EngineCompositor> compositor(new EngineCompositor(engine));
  if (auto opened = compositor->Open(canvas); !opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  return compositor;
}

Status EngineCompositor::Open(PixelSize canvas) {
  if (Device* const device = engine_.usable()) {
    auto opened = [&] {
      const CallWatch::Call call(&device->calls());
      return device->CreateCompositor(canvas);
    }();
    if (opened) {
      backend_ = device->info().backend;
      compositor_ = std::move(*opened);
      return {};
    }
    // Without a compositor there, nothing that it decodes can be shown.
    engine_.GiveUp(opened.error());
  }
  auto opened = engine_.cpu().CreateCompositor(canvas);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  compositor_ = std::move(*opened);
  return {};
}

void EngineCompositor::Fill(PixelRect rect, YuvColor color) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  compositor_->Fill(rect, color);
}

void EngineCompositor::DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  const Timestamp began = MonotonicNow();
  compositor_->DrawPicture(tile, picture, bars);
  drawing_ += MonotonicNow() - began;
}

void EngineCompositor::Blend(PixelPoint top_left, const Overlay& overlay) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  compositor_->Blend(top_left, overlay);
}

Status EngineCompositor::Finish() {
  StageProbe& probe = engine_.probe().Of(backend_).compose;
  const Timestamp began = MonotonicNow();
  auto finished = [&] {
    const CallWatch::Call call(engine_.WatchOf(backend_));
    return compositor_->Finish();
  }();
  probe.duration.Observe(std::exchange(drawing_, TimeDelta()) + (MonotonicNow() - began));
  if (finished) {
    probe.pictures.Add();
  } else {
    probe.errors.Add();
    if (backend_ != Backend::kCpu) engine_.GiveUp(finished.error());
  }
  return finished;
}

Result<PictureView> EngineCompositor::Canvas(PixelSize size) {
  const CallWatch::Call call(engine_.WatchOf(backend_));
  auto canvas = compositor_->Canvas(size);
  // It was opened with this canvas: what it cannot do now it has ceased to do.
  const bool failed = !canvas && canvas.error().code != ErrorCode::kInvalidArgument;
  if (failed && backend_ != Backend::kCpu) engine_.GiveUp(canvas.error());
  return canvas;
}

}  // namespace continuo
