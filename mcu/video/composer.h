// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "hwaccel/compositor.h"
#include "mcu/scene/scene.h"
#include "mcu/video/composer_probe.h"
#include "mcu/video/name_plate.h"
#include "media/video_frame.h"

namespace continuo {

// Makes a compositor for a canvas: an Engine's (hwaccel/engine.h), or a test's.
using CompositorFactory = std::function<Result<std::unique_ptr<Compositor>>(PixelSize canvas)>;

// Draws what the last Scene says on one canvas of kCanvasSize: every tile with its person's newest
// picture, or with initials while there is none, and the name. Draws only what changed: a tile is
// rescaled when its source has a new picture, and a canvas drawn step by step is the same, to the
// byte, as one drawn at once. Does not decide who sits where (mcu/room), decode, or keep time.
// Compose thread only. Keeps at most one picture per tile of the scene, and none of a person whose
// camera is off; pictures of anybody else are dropped and counted. A compositor that fails is
// thrown away, with the pictures that no other can read, and the canvas is drawn anew on the next.
class Composer {
 public:
  static Result<std::unique_ptr<Composer>> Create(CompositorFactory factory, ComposerProbe& probe,
                                                  Timestamp (*clock)() = MonotonicNow);

  // Tiles beyond kMaxTiles, outside the canvas or with odd coordinates are counted and not drawn.
  // Where tiles overlap, the later one is on top.
  void SetScene(const Scene& scene);
  // The newest picture is the one that is drawn; one that was not drawn yet is dropped for it.
  void SetPicture(ParticipantId participant, std::unique_ptr<const VideoFrame> picture);

  // Brings the canvas up to date; true when anything on it changed since the last call.
  bool Compose(Timestamp now);

  // Of the last Compose(); the next one may replace it.
  CanvasSource& canvas() { return *compositor_; }
  // Grows with every Compose() that changed something: says whether the canvas is worth encoding.
  uint64_t canvas_version() const { return canvas_version_; }

 private:
  struct DrawnTile {
    Tile tile;
    std::unique_ptr<const VideoFrame> picture;
    const Overlay* plate = nullptr;
    const Overlay* initials = nullptr;
    bool dirty = true;
    bool picture_is_new = false;
  };

  Composer(CompositorFactory factory, std::unique_ptr<Compositor> compositor,
           std::unique_ptr<NamePlates> plates, ComposerProbe& probe, Timestamp (*clock)());
  DrawnTile* Find(ParticipantId participant);
  bool SameRects(const std::vector<DrawnTile>& other) const;
  void SpreadToTilesOnTop();
  bool DrawTiles(Timestamp now);
  void DrawTile(DrawnTile& drawn, Timestamp now);
  void ReplaceCompositor();

  const CompositorFactory factory_;
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<NamePlates> plates_;
  ComposerProbe& probe_;
  Timestamp (*clock_)();
  std::vector<DrawnTile> tiles_;  // gone before the compositor that may have their pictures
  bool background_dirty_ = true;
  uint64_t canvas_version_ = 0;
};

}  // namespace continuo
