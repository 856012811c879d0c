// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_compositor.h"

#include <libyuv/planar_functions.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "hwaccel/fit_rect.h"
#include "hwaccel/vaapi/vaapi_pulse.h"
#include "hwaccel/vaapi/vaapi_status.h"

namespace continuo {
namespace {

constexpr int kMaxSide = 4096;
constexpr int kMaxSourceSide = 16384;
// Smaller sources are scaled on the CPU: drivers have minima, and limits to enlarging.
constexpr int kMinSourceSide = 64;
constexpr int kMinDrawnSide = 16;

bool Overlap(PixelRect a, PixelRect b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool HasPixels(const PictureView& picture) {
  const auto fits = [](int side) { return side > 0 && side <= kMaxSourceSide; };
  if (!fits(picture.size().width) || !fits(picture.size().height)) return false;
  if (picture.surface() != nullptr) return true;
  const auto& planes = picture.memory().planes;
  return std::all_of(planes.begin(), planes.end(),
                     [](const uint8_t* plane) { return plane != nullptr; });
}

// Without the last column or row of an odd side.
PixelSize EvenPart(PixelSize size) {
  const auto side = [](int length) { return length > 1 ? length & ~1 : length; };
  return {side(size.width), side(size.height)};
}

PixelRect Whole(PixelSize size) { return {0, 0, size.width, size.height}; }

// At least kMinDrawnSide wide and high, as far as the tile is.
PixelRect Grown(PixelRect rect, PixelRect tile) {
  const auto grow = [](int& at, int& length, int tile_at, int tile_length) {
    const int grown = std::min(std::max(length, kMinDrawnSide), tile_length);
    at = std::clamp((at - (grown - length) / 2) & ~1, tile_at, tile_at + tile_length - grown);
    length = grown;
  };
  grow(rect.x, rect.width, tile.x, tile.width);
  grow(rect.y, rect.height, tile.y, tile.height);
  return rect;
}

void Paint(const MutableI420View& picture, YuvColor color) {
  const auto plane = [&](size_t i, int width, int height, uint8_t value) {
    libyuv::SetPlane(picture.planes[i], picture.strides[i], width, height, value);
  };
  const PixelSize size = picture.size;
  plane(0, size.width, size.height, color.y);
  plane(1, size.width / 2, size.height / 2, color.u);
  plane(2, size.width / 2, size.height / 2, color.v);
}

// A part that begins and ends on whole pairs.
MutableI420View PartOf(const MutableI420View& picture, PixelRect part) {
  MutableI420View view{part.size(), picture.planes, picture.strides};
  for (size_t i = 0; i < view.planes.size(); ++i) {
    const int shift = i == 0 ? 0 : 1;
    view.planes[i] += static_cast<ptrdiff_t>(part.y >> shift) * view.strides[i] + (part.x >> shift);
  }
  return view;
}

}  // namespace

Result<std::unique_ptr<VaapiCompositor>> VaapiCompositor::Create(const Parts& parts,
                                                                 PixelSize canvas) {
  const auto fits = [](int side) { return side >= 2 && side <= kMaxSide && side % 2 == 0; };
  if (!fits(canvas.width) || !fits(canvas.height)) {
    return Fail(ErrorCode::kInvalidArgument, "a canvas has even sides from 2 to 4096");
  }
  const PixelSize max = parts.limits.max_canvas;
  if (canvas.width > max.width || canvas.height > max.height) {
    return Fail(ErrorCode::kUnsupported, "a canvas larger than the device draws");
  }
  auto processor = VaapiProcessor::Create(parts.display, canvas);
  if (!processor) return tl::unexpected(std::move(processor.error()));
  auto surfaces = VaapiCanvas::Create(parts.device, parts.display, canvas);
  if (!surfaces) return tl::unexpected(std::move(surfaces.error()));
  return std::unique_ptr<VaapiCompositor>(
      new VaapiCompositor(parts, *std::move(processor), *std::move(surfaces)));
}

VaapiCompositor::VaapiCompositor(const Parts& parts, std::unique_ptr<VaapiProcessor> processor,
                                 std::unique_ptr<VaapiCanvas> canvas)
    : parts_(parts),
      processor_(std::move(processor)),
      canvas_(std::move(canvas)),
      scratch_(parts.device, parts.display),
      sprites_(parts.device, parts.display),
      transfer_(parts.display) {}

bool VaapiCompositor::Contains(PixelRect r) const {
  return r.x >= 0 && r.y >= 0 && r.width >= 0 && r.height >= 0 && r.x + r.width <= size().width &&
         r.y + r.height <= size().height && ((r.x | r.y | r.width | r.height) & 1) == 0;
}

void VaapiCompositor::Keep(Status status) {
  if (!status && status_) status_ = std::move(status);
}

void VaapiCompositor::Fill(PixelRect rect, YuvColor color) {
  CONTINUO_CHECK(Contains(rect));
  if (!rect.empty() && status_) Keep(AddFill(rect, color));
}

Status VaapiCompositor::AddFill(PixelRect rect, YuvColor color) {
  const auto sprite = sprites_.Of(color, transfer_);
  if (!sprite) return tl::unexpected(sprite.error());
  constexpr PixelSize kLargest = VaapiSprites::kColorSize;
  const PixelRect part{0, 0, std::min(rect.width, kLargest.width),
                       std::min(rect.height, kLargest.height)};
  steps_.push_back({{(*sprite)->id(), part, rect}});
  return {};
}

void VaapiCompositor::DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) {
  CONTINUO_CHECK(Contains(tile) && CanDraw(picture));
  if (tile.empty()) return;
  if (!HasPixels(picture)) return Fill(tile, bars);
  const PixelRect fit = FitRect(picture.size(), tile);
  // One layer behind the picture instead of two bars beside it.
  if (fit != tile) Fill(tile, bars);
  if (!status_) return;
  const PixelRect grown = Grown(fit, tile);
  Keep(grown == fit ? AddPicture(fit, picture) : AddSliver(grown, fit, picture, bars));
}

Status VaapiCompositor::AddPicture(PixelRect to, const PictureView& picture) {
  const auto layer = picture.surface() == nullptr
                         ? Uploaded(picture.memory(), to)
                         : VaapiLayer{VaapiSurface::Of(*picture.surface()).id(),
                                      Whole(EvenPart(picture.size())), to};
  if (!layer) return tl::unexpected(layer.error());
  const auto halved = Halve(*processor_, scratch_, *layer);
  if (!halved) return tl::unexpected(halved.error());
  steps_.push_back({*halved});
  return {};
}

Result<I420View> VaapiCompositor::InMemory(const PictureView& picture) {
  if (picture.surface() == nullptr) return picture.memory();
  downloaded_.Resize(picture.size());
  const VASurfaceID surface = VaapiSurface::Of(*picture.surface()).id();
  if (auto done = transfer_.Download(surface, downloaded_.view()); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  parts_.probe.downloads.Add();
  return I420View(downloaded_.view());
}

Status VaapiCompositor::AddSliver(PixelRect around, PixelRect to, const PictureView& picture,
                                  YuvColor bars) {
  auto source = InMemory(picture);
  if (!source) return tl::unexpected(std::move(source.error()));
  source->size = EvenPart(source->size);
  cpu_scaled_.Resize(around.size());
  Paint(cpu_scaled_.view(), bars);
  const PixelRect part{to.x - around.x, to.y - around.y, to.width, to.height};
  cpu_scaler_.Scale(*source, PartOf(cpu_scaled_.view(), part));
  const auto scratch = scratch_.Take(around.size());
  if (!scratch) return tl::unexpected(scratch.error());
  auto done = transfer_.Upload(cpu_scaled_.view(), **scratch);
  if (!done) return done;
  parts_.probe.uploads.Add();
  steps_.push_back({{(*scratch)->id(), (*scratch)->rect(), around}});
  return {};
}

Result<VaapiLayer> VaapiCompositor::Uploaded(const I420View& picture, PixelRect to) {
  const auto small = [](int side) { return side < kMinSourceSide; };
  I420View source = picture;
  source.size = EvenPart(picture.size);
  if (small(source.size.width) || small(source.size.height) ||
      source.size.width > parts_.limits.max_canvas.width ||
      source.size.height > parts_.limits.max_canvas.height) {
    cpu_scaled_.Resize(to.size());
    cpu_scaler_.Scale(source, cpu_scaled_.view());
    source = cpu_scaled_.view();
  }
  const auto scratch = scratch_.Take(source.size);
  if (!scratch) return tl::unexpected(scratch.error());
  if (auto done = transfer_.Upload(source, **scratch); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  parts_.probe.uploads.Add();
  return VaapiLayer{(*scratch)->id(), Whole(source.size), to};
}

void VaapiCompositor::Blend(PixelPoint top_left, const Overlay& overlay) {
  const PixelSize size = overlay.size();
  const PixelRect rect{top_left.x, top_left.y, size.width, size.height};
  CONTINUO_CHECK(Contains(rect));
  if (!overlay.empty() && status_) Keep(AddOverlay(rect, overlay));
}

Status VaapiCompositor::AddOverlay(PixelRect to, const Overlay& overlay) {
  if (parts_.limits.blend == BlendSupport::kNone) {
    steps_.push_back({{VA_INVALID_SURFACE, {}, to}, &overlay});
    return {};
  }
  const auto sprite = sprites_.Of(overlay);
  if (!sprite) return tl::unexpected(sprite.error());
  steps_.push_back({{(*sprite)->id(), (*sprite)->rect(), to, VaapiLayer::Kind::kOverlay}});
  return {};
}

Status VaapiCompositor::Finish() {
  if (status_) Keep(DrawSteps());
  steps_.clear();
  layers_.clear();
  blends_.clear();
  scratch_.Recycle();
  sprites_.EndPass();
  canvas_->Changed();
  Status status = std::exchange(status_, Status());
  if (!status) return tl::unexpected(Explain(std::move(status.error())));
  return status;
}

Error VaapiCompositor::Explain(Error error) const {
  // Neither memory that ran out for a while nor a picture that the driver does not like is the end
  // of the device.
  const bool alive = FeelPulse(parts_.display, parts_.device).has_value();
  error.code = alive ? ErrorCode::kUnsupported : ErrorCode::kDeviceFailed;
  return error;
}

Status VaapiCompositor::DrawSteps() {
  for (const Step& step : steps_) {
    // What comes after a blend that is still to be done, and where it is, has to wait for it.
    const bool covers = std::any_of(blends_.begin(), blends_.end(), [&](const Step& blend) {
      return Overlap(blend.layer.to, step.layer.to);
    });
    if (covers) {
      if (auto flushed = Flush(); !flushed) return flushed;
    }
    if (step.overlay != nullptr) {
      blends_.push_back(step);
    } else {
      layers_.push_back(step.layer);
    }
  }
  return Flush();
}

Status VaapiCompositor::Flush() {
  if (auto drawn = DrawLayers(); !drawn) return drawn;
  for (const Step& blend : blends_) {
    const PixelRect to = blend.layer.to;
    const auto scratch = scratch_.Take(to.size());
    if (!scratch) return tl::unexpected(scratch.error());
    auto done = transfer_.Blend({to.x, to.y}, *blend.overlay, canvas_->front().id(), **scratch);
    if (!done) return done;
    layers_.push_back({(*scratch)->id(), (*scratch)->rect(), to});
    parts_.probe.plate_blends.Add();
  }
  blends_.clear();
  return DrawLayers();
}

Status VaapiCompositor::DrawLayers() {
  if (layers_.empty()) return {};
  std::array<VaapiLayer, VaapiProcessor::kMaxLayers> pass;
  for (size_t next = 0; next < layers_.size();) {
    size_t count = 0;
    const bool covered =
        layers_[next].kind == VaapiLayer::Kind::kOpaque && layers_[next].to == canvas_->rect();
    if (!covered) pass[count++] = {canvas_->front().id(), canvas_->rect(), canvas_->rect()};
    while (count < pass.size() && next < layers_.size()) pass[count++] = layers_[next++];
    auto drawn = processor_->Draw(canvas_->back().id(), {pass.data(), count});
    if (!drawn) return drawn;
    canvas_->Swap();
  }
  layers_.clear();
  return CheckVa(vaSyncSurface(parts_.display.handle(), canvas_->front().id()),
                 "vaSyncSurface of a canvas");
}

Result<PictureView> VaapiCompositor::Canvas(PixelSize size) {
  auto canvas = canvas_->At(size, *processor_, scratch_, transfer_);
  // In the midst of a pass, what that has taken is still to be drawn.
  if (steps_.empty()) scratch_.Recycle();
  if (canvas || canvas.error().code == ErrorCode::kInvalidArgument) return canvas;
  return tl::unexpected(Explain(std::move(canvas.error())));
}

}  // namespace continuo
