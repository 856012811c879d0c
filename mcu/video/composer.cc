// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/composer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mcu/scene/layout.h"

namespace continuo {
namespace {

// Behind the tiles, beside a picture of another shape than its tile, and behind initials. A tile
// without a picture is lighter than the canvas, so that it is seen to be somebody's.
constexpr YuvColor kBackground{20, 128, 128};
constexpr YuvColor kBars{16, 128, 128};
constexpr YuvColor kEmptyTile{38, 129, 127};

bool CanBeDrawn(PixelRect r) {
  return !r.empty() && r.x >= 0 && r.y >= 0 && ((r.x | r.y | r.width | r.height) & 1) == 0 &&
         r.width <= kCanvasSize.width && r.height <= kCanvasSize.height &&
         r.x <= kCanvasSize.width - r.width && r.y <= kCanvasSize.height - r.height;
}

bool Overlap(PixelRect a, PixelRect b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

}  // namespace

Result<std::unique_ptr<Composer>> Composer::Create(CompositorFactory factory, ComposerProbe& probe,
                                                   Timestamp (*clock)()) {
  auto compositor = factory(kCanvasSize);
  if (!compositor) return tl::unexpected(std::move(compositor.error()));
  auto plates = NamePlates::Create(kCanvasSize.height);
  if (!plates) return tl::unexpected(std::move(plates.error()));
  return std::unique_ptr<Composer>(
      new Composer(std::move(factory), std::move(*compositor), std::move(*plates), probe, clock));
}

Composer::Composer(CompositorFactory factory, std::unique_ptr<Compositor> compositor,
                   std::unique_ptr<NamePlates> plates, ComposerProbe& probe, Timestamp (*clock)())
    : factory_(std::move(factory)),
      compositor_(std::move(compositor)),
      plates_(std::move(plates)),
      probe_(probe),
      clock_(clock) {}

Composer::DrawnTile* Composer::Find(ParticipantId participant) {
  const auto found = std::find_if(tiles_.begin(), tiles_.end(), [&](const DrawnTile& drawn) {
    return drawn.tile.participant == participant;
  });
  return found == tiles_.end() ? nullptr : &*found;
}

void Composer::SetScene(const Scene& scene) {
  std::vector<DrawnTile> next;
  next.reserve(std::min<size_t>(scene.tiles.size(), kMaxTiles));
  for (const Tile& tile : scene.tiles) {
    if (next.size() == kMaxTiles || !CanBeDrawn(tile.rect)) {
      probe_.tiles_rejected.Add();
      continue;
    }
    DrawnTile drawn;
    drawn.tile = tile;
    drawn.plate = &plates_->Plate(tile.name, tile.rect.size());
    drawn.initials = &plates_->Initials(tile.name, tile.rect.size());
    if (DrawnTile* const before = Find(tile.participant)) {
      drawn.dirty = before->dirty || before->tile != tile;
      if (tile.camera == CameraState::kOn) {
        drawn.picture = std::move(before->picture);
        drawn.picture_is_new = before->picture_is_new;
      }
    }
    next.push_back(std::move(drawn));
  }
  tiles_.swap(next);
  if (!SameRects(next)) background_dirty_ = true;
}

bool Composer::SameRects(const std::vector<DrawnTile>& other) const {
  return std::equal(
      tiles_.begin(), tiles_.end(), other.begin(), other.end(),
      [](const DrawnTile& a, const DrawnTile& b) { return a.tile.rect == b.tile.rect; });
}

void Composer::SetPicture(ParticipantId participant, std::unique_ptr<const VideoFrame> picture) {
  DrawnTile* const drawn = Find(participant);
  if (drawn == nullptr || drawn->tile.camera == CameraState::kOff || picture == nullptr) {
    return probe_.pictures_unseen.Add();
  }
  // Decoded on a device that failed meanwhile.
  if (!compositor_->CanDraw(picture->view())) return probe_.pictures_stranded.Add();
  if (drawn->picture_is_new) probe_.pictures_replaced.Add();
  drawn->picture = std::move(picture);
  drawn->picture_is_new = true;
  drawn->dirty = true;
}

bool Composer::Compose(Timestamp now) {
  const Timestamp began = clock_();
  probe_.composes.Add();
  if (compositor_->lost()) ReplaceCompositor();
  const bool changed = DrawTiles(now);
  if (changed && !compositor_->Finish()) {
    probe_.passes_failed.Add();
    ReplaceCompositor();
    return false;
  }
  if (changed) {
    ++canvas_version_;
    probe_.canvases_changed.Add();
  }
  probe_.compose_duration.Observe(clock_() - began);
  return changed;
}

void Composer::ReplaceCompositor() {
  background_dirty_ = true;
  auto next = factory_(kCanvasSize);
  if (!next) return;  // better one that may come back than none
  for (DrawnTile& drawn : tiles_) {
    if (!drawn.picture || (*next)->CanDraw(drawn.picture->view())) continue;
    probe_.pictures_stranded.Add();
    drawn.picture.reset();
    drawn.picture_is_new = false;
  }
  compositor_ = std::move(*next);
}

bool Composer::DrawTiles(Timestamp now) {
  bool changed = false;
  if (std::exchange(background_dirty_, false)) {
    compositor_->Fill({0, 0, kCanvasSize.width, kCanvasSize.height}, kBackground);
    for (DrawnTile& drawn : tiles_) drawn.dirty = true;
    changed = true;
  }
  SpreadToTilesOnTop();
  for (DrawnTile& drawn : tiles_) {
    if (!std::exchange(drawn.dirty, false)) continue;
    DrawTile(drawn, now);
    changed = true;
  }
  return changed;
}

void Composer::SpreadToTilesOnTop() {
  for (size_t top = 1; top < tiles_.size(); ++top) {
    const auto below = std::span(tiles_).first(top);
    tiles_[top].dirty |= std::any_of(below.begin(), below.end(), [&](const DrawnTile& drawn) {
      return drawn.dirty && Overlap(drawn.tile.rect, tiles_[top].tile.rect);
    });
  }
}

void Composer::DrawTile(DrawnTile& drawn, Timestamp now) {
  const PixelRect rect = drawn.tile.rect;
  if (drawn.picture) {
    compositor_->DrawPicture(rect, drawn.picture->view(), kBars);
    probe_.tiles_scaled.Add();
    if (std::exchange(drawn.picture_is_new, false)) {
      probe_.picture_age.Observe(now - drawn.picture->capture_time());
    }
  } else {
    compositor_->Fill(rect, kEmptyTile);
    compositor_->Blend(NamePlates::InitialsOrigin(rect, drawn.initials->size()), *drawn.initials);
  }
  compositor_->Blend(NamePlates::PlateOrigin(rect, drawn.plate->size()), *drawn.plate);
}

}  // namespace continuo
