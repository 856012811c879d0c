// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/compose_checks.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/self_test/picture_match.h"
#include "hwaccel/self_test/test_scene.h"
#include "hwaccel/self_test/test_sources.h"

namespace continuo {
namespace {

constexpr PixelSize kCanvas{1280, 720};
constexpr YuvColor kGround{60, 140, 110};
constexpr YuvColor kBars{30, 120, 136};
constexpr PixelSize kPlate{96, 24};
constexpr PixelSize kInitials{80, 80};

// A speaker and others beside him; else rows and columns.
std::vector<PixelRect> TilesOf(PixelSize canvas, int count) {
  std::vector<PixelRect> tiles;
  const auto add = [&](int columns, int column, int row) {
    const int width = canvas.width / columns & ~1;
    const int height = canvas.height / columns & ~1;
    tiles.push_back({column * width, row * height, width, height});
  };
  if (count == 4) {
    tiles.push_back({0, 0, canvas.width * 2 / 3 & ~1, canvas.height * 2 / 3 & ~1});
    for (int row = 0; row < 3; ++row) add(3, 2, row);
    return tiles;
  }
  int columns = 1;
  while (columns * columns < count) ++columns;
  for (int i = 0; i < count; ++i) add(columns, i % columns, i / columns);
  return tiles;
}

// The lowest of several figures, and whose it is.
struct Lowest {
  double db = kIdenticalDb;
  std::string where;

  void Take(double other, const std::string& of) {
    if (other >= db) return;
    db = other;
    where = of;
  }
  std::string Words() const { return where.empty() ? "all identical" : "lowest " + where; }
};

// Draws the same on the device and on the CPU.
class Twin {
 public:
  Twin(std::unique_ptr<Compositor> device, std::unique_ptr<CpuCompositor> reference,
       const TestSources& sources, int tiles)
      : device_(std::move(device)),
        reference_(std::move(reference)),
        sources_(sources.all()),
        tiles_(TilesOf(reference_->size(), tiles)) {
    for (int i = 0; i < tiles; ++i) {
      plates_.push_back(MakeTestPlate(kPlate, i));
      initials_.push_back(MakeTestPlate(kInitials, i));
    }
  }

  void FillGround();
  void DrawTile(size_t tile, size_t source);
  Status DrawAll();
  Status Finish();

  Compositor& device() { return *device_; }
  CpuCompositor& reference() { return *reference_; }
  size_t tiles() const { return tiles_.size(); }
  // Of two pictures of the whole canvas.
  Lowest CompareTiles(const I420View& a, const I420View& b) const;
  Lowest ComparePlates(const I420View& a, const I420View& b) const;

 private:
  static PixelRect PlateRect(PixelRect tile) {
    return {tile.x + 6, tile.y + tile.height - kPlate.height - 6, kPlate.width, kPlate.height};
  }
  static PixelRect InitialsRect(PixelRect tile) {
    return {(tile.x + (tile.width - kInitials.width) / 2) & ~1,
            (tile.y + (tile.height - kInitials.height) / 2) & ~1, kInitials.width,
            kInitials.height};
  }
  void Blend(PixelRect rect, const Overlay& overlay) {
    device_->Blend({rect.x, rect.y}, overlay);
    reference_->Blend({rect.x, rect.y}, overlay);
  }

  std::unique_ptr<Compositor> device_;
  std::unique_ptr<CpuCompositor> reference_;
  const std::vector<TestSource>& sources_;
  std::vector<PixelRect> tiles_;
  std::vector<Overlay> plates_;    // per tile
  std::vector<Overlay> initials_;  // per tile
};

void Twin::FillGround() {
  const PixelSize size = reference_->size();
  device_->Fill({0, 0, size.width, size.height}, kGround);
  reference_->Fill({0, 0, size.width, size.height}, kGround);
}

void Twin::DrawTile(size_t tile, size_t source) {
  const TestSource& picture = sources_[source % sources_.size()];
  device_->DrawPicture(tiles_[tile], picture.on_device, kBars);
  reference_->DrawPicture(tiles_[tile], picture.in_memory, kBars);
  Blend(InitialsRect(tiles_[tile]), initials_[tile]);
  Blend(PlateRect(tiles_[tile]), plates_[tile]);
}

Status Twin::DrawAll() {
  FillGround();
  for (size_t i = 0; i < tiles_.size(); ++i) DrawTile(i, i);
  return Finish();
}

Status Twin::Finish() {
  (void)reference_->Finish();  // the CPU's never fails
  return device_->Finish();
}

Lowest Twin::CompareTiles(const I420View& a, const I420View& b) const {
  Lowest lowest;
  for (size_t i = 0; i < tiles_.size(); ++i) {
    lowest.Take(WorstPlanePsnr(PartOf(a, tiles_[i]), PartOf(b, tiles_[i])),
                "in tile " + std::to_string(i + 1));
  }
  lowest.Take(WorstPlanePsnr(a, b), "between the tiles");
  return lowest;
}

Lowest Twin::ComparePlates(const I420View& a, const I420View& b) const {
  Lowest lowest;
  for (size_t i = 0; i < tiles_.size(); ++i) {
    for (const PixelRect rect : {PlateRect(tiles_[i]), InitialsRect(tiles_[i])}) {
      lowest.Take(WorstPlanePsnr(PartOf(a, rect), PartOf(b, rect)),
                  "on tile " + std::to_string(i + 1));
    }
  }
  return lowest;
}

Result<Twin> MakeTwin(Device& device, const TestSources& sources, int tiles) {
  const PixelSize largest = device.limits().max_canvas;
  const PixelSize canvas{std::min(kCanvas.width, largest.width),
                         std::min(kCanvas.height, largest.height)};
  auto compositor = device.CreateCompositor(canvas);
  if (!compositor) return tl::unexpected(std::move(compositor.error()));
  auto reference = CpuCompositor::Create(canvas);
  if (!reference) return tl::unexpected(std::move(reference.error()));
  return Twin(std::move(*compositor), std::move(*reference), sources, tiles);
}

// The device's canvas beside the CPU's.
Result<Lowest> CompareCanvas(Device& device, Twin& twin,
                             Lowest (Twin::*compare)(const I420View&, const I420View&) const) {
  const auto canvas = twin.device().Canvas(twin.reference().size());
  if (!canvas) return tl::unexpected(canvas.error());
  ReadablePicture readable;
  const auto picture = readable.Read(device, *canvas);
  if (!picture) return tl::unexpected(picture.error());
  return (twin.*compare)(*picture, twin.reference().canvas());
}

void Tell(const Result<Lowest>& lowest, CheckList& checks) {
  if (!lowest) return checks.Failed(lowest.error());
  checks.Measured(lowest->db, kSamePictureDb, "dB", lowest->Words());
}

void CheckTiles(Device& device, const TestSources& sources, int count, CheckList& checks) {
  const std::string tiles = std::to_string(count) + (count == 1 ? " tile" : " tiles");
  checks.Begin("compose " + tiles);
  auto twin = MakeTwin(device, sources, count);
  if (!twin) return checks.Failed(twin.error());
  if (const auto drawn = twin->DrawAll(); !drawn) return checks.Failed(drawn.error());
  Tell(CompareCanvas(device, *twin, &Twin::CompareTiles), checks);
  if (checks.over()) return;
  checks.Begin("plates on " + tiles);
  Tell(CompareCanvas(device, *twin, &Twin::ComparePlates), checks);
}

// What a room does most of the time: one person moves. The rest of the canvas stays, however often.
void CheckOneTileAgain(Device& device, const TestSources& sources, CheckList& checks) {
  constexpr size_t kTimes = 20;
  checks.Begin("draw one tile again");
  auto twin = MakeTwin(device, sources, 9);
  if (!twin) return checks.Failed(twin.error());
  if (const auto drawn = twin->DrawAll(); !drawn) return checks.Failed(drawn.error());
  for (size_t i = 0; i < kTimes; ++i) {
    // Two tiles stay as they were first drawn.
    twin->DrawTile(i % (twin->tiles() - 2), i + 1);
    if (const auto drawn = twin->Finish(); !drawn) return checks.Failed(drawn.error());
  }
  Tell(CompareCanvas(device, *twin, &Twin::CompareTiles), checks);
}

Result<Lowest> CompareSizes(Device& device, Twin& twin) {
  Lowest lowest;
  const PixelSize full = twin.reference().size();
  ReadablePicture readable;
  for (const int eighths : {6, 4, 2}) {
    const PixelSize size{full.width * eighths / 8 & ~1, full.height * eighths / 8 & ~1};
    const auto canvas = twin.device().Canvas(size);
    if (!canvas) return tl::unexpected(canvas.error());
    const auto picture = readable.Read(device, *canvas);
    if (!picture) return tl::unexpected(picture.error());
    if (picture->size != size) return Fail(ErrorCode::kUnsupported, "a canvas of another size");
    const auto expected = twin.reference().Canvas(size);
    lowest.Take(WorstPlanePsnr(*picture, expected->memory()),
                "at " + std::to_string(size.width) + "x" + std::to_string(size.height));
  }
  return lowest;
}

void CheckOtherSizes(Device& device, const TestSources& sources, CheckList& checks) {
  checks.Begin("canvas at other sizes");
  auto twin = MakeTwin(device, sources, 4);
  if (!twin) return checks.Failed(twin.error());
  if (const auto drawn = twin->DrawAll(); !drawn) return checks.Failed(drawn.error());
  Tell(CompareSizes(device, *twin), checks);
}

}  // namespace

void CheckCompositor(Device& device, CheckList& checks) {
  checks.Begin("pictures to compose");
  if (device.limits().max_canvas.width == 0) return checks.Skipped("the device does not compose");
  const auto sources = TestSources::Make(device);
  if (!sources) return checks.Failed(sources.error());
  for (const int count : {1, 4, 9, 16, 25}) {
    if (!checks.over()) CheckTiles(device, **sources, count, checks);
  }
  if (!checks.over()) CheckOneTileAgain(device, **sources, checks);
  if (!checks.over()) CheckOtherSizes(device, **sources, checks);
}

}  // namespace continuo
