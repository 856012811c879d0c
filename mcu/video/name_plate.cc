// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/name_plate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mcu/video/display_name.h"
#include "mcu/video/text_renderer.h"

namespace continuo {
namespace {

// Letters are at least this part of the canvas: 36 of 720 lines, 9 of 180, which still reads.
constexpr int kFontsPerCanvasHeight = 20;
// On a large tile they grow with it.
constexpr int kFontsPerTileHeight = 18;

// Discs in muted colours on which white reads (contrast above 4.5), told apart by colour-blind eyes
// through their lightness where possible.
constexpr std::array<uint32_t, 8> kDiscColors{0x355C7D, 0x6C4A86, 0x8A3B4C, 0x2F6B57,
                                              0x7A5A21, 0x44566B, 0x1F5F8B, 0x7B3F6E};

// FNV-1a: the same name has the same colour in every room and after every restart.
uint32_t ColorOf(std::string_view name) {
  uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  return kDiscColors[(hash ^ hash >> 16) % kDiscColors.size()];
}

int Margin(PixelSize tile) { return std::min(tile.width, tile.height) / 32 & ~1; }

}  // namespace

Result<std::unique_ptr<NamePlates>> NamePlates::Create(int canvas_height) {
  auto renderer = TextRenderer::Create();
  if (!renderer) return tl::unexpected(std::move(renderer.error()));
  return std::unique_ptr<NamePlates>(new NamePlates(std::move(*renderer), canvas_height));
}

NamePlates::NamePlates(std::unique_ptr<TextRenderer> renderer, int canvas_height)
    : renderer_(std::move(renderer)), canvas_height_(canvas_height) {}

NamePlates::~NamePlates() = default;

const Overlay& NamePlates::Plate(std::string_view name, PixelSize tile) {
  return Find(Kind::kPlate, name, tile);
}

const Overlay& NamePlates::Initials(std::string_view name, PixelSize tile) {
  return Find(Kind::kInitials, name, tile);
}

PixelPoint NamePlates::PlateOrigin(PixelRect tile, PixelSize plate) {
  const int margin = Margin(tile.size());
  return {tile.x + margin, tile.y + tile.height - plate.height - margin};
}

PixelPoint NamePlates::InitialsOrigin(PixelRect tile, PixelSize disc) {
  return {tile.x + ((tile.width - disc.width) / 2 & ~1),
          tile.y + ((tile.height - disc.height) / 2 & ~1)};
}

const Overlay& NamePlates::Find(Kind kind, std::string_view name, PixelSize tile) {
  // All that DisplayName() looks at, and one byte more, by which it sees that there was more.
  name = name.substr(0, kMaxNameBytes + 1);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.kind == kind && e.tile == tile && e.name == name;
  });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return found->overlay;
  }
  if (entries_.size() >= kCapacity) entries_.pop_back();
  entries_.push_front({kind, std::string(name), tile, Render(kind, name, tile)});
  return entries_.front().overlay;
}

Overlay NamePlates::Render(Kind kind, std::string_view name, PixelSize tile) {
  ++rendered_;
  const std::string shown = DisplayName(name);
  if (kind == Kind::kInitials) {
    return renderer_->Disc(InitialsOf(shown), ColorOf(shown),
                           std::min(tile.width, tile.height) / 2);
  }
  const int margin = Margin(tile);
  const int readable =
      std::max(canvas_height_ / kFontsPerCanvasHeight, tile.height / kFontsPerTileHeight);
  // A plate never takes more than about half of its tile.
  const int font_height = std::min(readable, tile.height / 3);
  return renderer_->Plate(shown, font_height, {tile.width - 2 * margin, tile.height - 2 * margin});
}

}  // namespace continuo
