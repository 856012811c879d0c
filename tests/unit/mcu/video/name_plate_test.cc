// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/name_plate.h"

#include <gtest/gtest.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/cpu/scaler.h"
#include "mcu/video/display_name.h"

namespace continuo {
namespace {

// A plane of brightness, 0 to 1, brightness[height][width].
struct Grey {
  int width = 0;
  int height = 0;
  std::vector<double> brightness;
  double At(int x, int y) const {
    if (x < 0 || y < 0 || x >= width || y >= height) return 0;
    return brightness[static_cast<size_t>(y * width + x)];
  }
};

// The same words, drawn without any code of ours: white on black.
Grey DrawReference(const std::string& text, int font_height) {
  Grey grey{900, 2 * font_height, {}};
  cairo_surface_t* surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, grey.width, grey.height);
  cairo_t* cairo = cairo_create(surface);
  // Hinting moves strokes by fractions of a pixel, which is as much as an accent weighs.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cairo, options);
  cairo_font_options_destroy(options);
  PangoLayout* layout = pango_cairo_create_layout(cairo);
  PangoFontDescription* font =
      pango_font_description_from_string("Noto Sans, DejaVu Sans, sans-serif Semi-Bold");
  pango_font_description_set_absolute_size(font, font_height * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_layout_set_text(layout, text.c_str(), -1);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_move_to(cairo, 4, 4);
  pango_cairo_show_layout(cairo, layout);
  cairo_surface_flush(surface);
  const uint8_t* pixels = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < grey.height; ++y) {
    for (int x = 0; x < grey.width; ++x) {
      grey.brightness.push_back(pixels[y * stride + 4 * x + 1] / 255.0);
    }
  }
  pango_font_description_free(font);
  g_object_unref(layout);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return grey;
}

Grey BrightnessOf(const Overlay& overlay) {
  Grey grey{overlay.size().width, overlay.size().height, {}};
  for (int i = 0; i < overlay.size().area(); ++i) {
    grey.brightness.push_back(std::max(0, overlay.luma()[i] - 26) / 209.0);
  }
  return grey;
}

// How alike the two are where they fit best: 1 is the same.
double Likeness(const Grey& plate, const Grey& reference) {
  double best = 0;
  for (int dy = -12; dy <= 12; ++dy) {
    for (int dx = -28; dx <= 12; ++dx) {
      double product = 0, plate_square = 0, reference_square = 0;
      for (int y = 0; y < plate.height; ++y) {
        for (int x = 0; x < plate.width; ++x) {
          const double a = plate.At(x, y), b = reference.At(x + dx, y + dy);
          product += a * b;
          plate_square += a * a;
          reference_square += b * b;
        }
      }
      if (product > 0) best = std::max(best, product / std::sqrt(plate_square * reference_square));
    }
  }
  return best;
}

class NamePlatesTest : public testing::Test {
 protected:
  std::unique_ptr<NamePlates> plates_ = NamePlates::Create(720).value();
};

TEST_F(NamePlatesTest, WritesTheNameThatWasAskedFor) {
  const Grey helene = BrightnessOf(plates_->Plate("Hélène Dupré", {426, 240}));
  const double same = Likeness(helene, DrawReference("Hélène Dupré", 36));
  const double without_accents = Likeness(helene, DrawReference("Helene Dupre", 36));
  const double another = Likeness(helene, DrawReference("Hubert Duval", 36));
  EXPECT_GT(same, 0.999);
  EXPECT_LT(without_accents, 0.99);
  EXPECT_LT(another, 0.8);
}

TEST_F(NamePlatesTest, WritesScriptsThatLatinFontsDoNotHave) {
  for (const char* name : {"Ольга Иванова", "محمد الأمين", "अमित कुमार", "שרה לוי"}) {
    EXPECT_GT(Likeness(BrightnessOf(plates_->Plate(name, {640, 360})), DrawReference(name, 36)),
              0.99)
        << name;
  }
}

TEST_F(NamePlatesTest, StaysInsideAnyTileWhateverTheName) {
  std::string zalgo = "Z";
  for (int i = 0; i < 60; ++i) zalgo += "\u0336";
  for (const std::string& name :
       {std::string("Al"), std::string(500, 'W'), std::string("ملاك ") + std::string(60, 'x'),
        zalgo, std::string("\xFF\xFE\x00\x01", 4), std::string("﷽﷽﷽﷽﷽﷽")}) {
    for (const PixelRect tile :
         {PixelRect{0, 0, 1280, 720}, PixelRect{852, 480, 426, 240}, PixelRect{1024, 576, 256, 144},
          PixelRect{100, 100, 60, 40}, PixelRect{2, 2, 2, 2}, PixelRect{0, 0, 1280, 2}}) {
      const PixelSize plate = plates_->Plate(name, tile.size()).size();
      const PixelPoint at = NamePlates::PlateOrigin(tile, plate);
      EXPECT_EQ((plate.width | plate.height | at.x | at.y) & 1, 0);
      EXPECT_GE(at.x, tile.x);
      EXPECT_GE(at.y, tile.y);
      EXPECT_LE(at.x + plate.width, tile.x + tile.width);
      EXPECT_LE(at.y + plate.height, tile.y + tile.height);
      EXPECT_LE(plate.height, std::max(2, tile.height * 2 / 3)) << "a face is to be seen as well";
      const PixelSize disc = plates_->Initials(name, tile.size()).size();
      const PixelPoint middle = NamePlates::InitialsOrigin(tile, disc);
      EXPECT_GE(middle.x, tile.x);
      EXPECT_GE(middle.y, tile.y);
      EXPECT_LE(middle.x + disc.width, tile.x + tile.width);
      EXPECT_LE(middle.y + disc.height, tile.y + tile.height);
    }
  }
}

TEST_F(NamePlatesTest, CutsALongNameWithAnEllipsis) {
  const std::string name = "Anne-Charlotte de Montmorency-Laval";
  const Overlay& plate = plates_->Plate(name, {426, 240});
  EXPECT_LE(plate.size().width, 426);
  EXPECT_GT(plate.size().width, 350) << "it uses the room there is";
  const Grey shown = BrightnessOf(plate);
  EXPECT_GT(Likeness(shown, DrawReference("Anne-Charlotte d…", 36)),
            Likeness(shown, DrawReference(name, 36)));
}

TEST_F(NamePlatesTest, ReadsOnAScreenOf180Lines) {
  // On the brightest picture there is, in the smallest tile of a room of nine.
  auto canvas = CpuCompositor::Create({1280, 720}).value();
  canvas->Fill({0, 0, 1280, 720}, YuvColor{235, 128, 128});
  const Overlay& plate = plates_->Plate("Ill", {426, 240});
  const PixelPoint at = NamePlates::PlateOrigin({0, 480, 426, 240}, plate.size());
  canvas->Blend(at, plate);
  PictureBuffer small({320, 180});
  Scaler().Scale(canvas->canvas(), small.view());
  const MutableI420View& picture = small.view();

  // The middle row of the letters: three strokes that stand apart from the plate.
  const int row = (at.y + plate.size().height / 2) / 4;
  const uint8_t* luma = picture.planes[0] + row * picture.strides[0];
  int strokes = 0;
  bool in_stroke = false;
  for (int x = (at.x + 12) / 4; x < (at.x + plate.size().width - 12) / 4; ++x) {
    const bool bright = luma[x] > 120;
    if (bright && !in_stroke) ++strokes;
    in_stroke = bright;
  }
  EXPECT_EQ(strokes, 3);
  EXPECT_GE(plate.size().height / 4, 9);
}

TEST_F(NamePlatesTest, WritesNothingWhereNoNameIsLeft) {
  EXPECT_TRUE(plates_->Plate("\u202E\n", {426, 240}).empty());
  EXPECT_FALSE(plates_->Initials("\u202E\n", {426, 240}).empty());
}

TEST_F(NamePlatesTest, GivesPeopleDiscsOfTheirOwn) {
  const Overlay& helene = plates_->Initials("Hélène Dupré", {426, 240});
  EXPECT_EQ(helene.size(), (PixelSize{120, 120}));
  EXPECT_EQ(helene.alpha()[0], 0) << "a disc has no corners";
  EXPECT_EQ(helene.alpha()[60 * 120 + 60], 255);
  const Grey initials = BrightnessOf(helene);
  EXPECT_GT(*std::max_element(initials.brightness.begin(), initials.brightness.end()), 0.95);
  const Overlay& karim = plates_->Initials("Karim Benali", {426, 240});
  EXPECT_FALSE(std::equal(helene.luma(), helene.luma() + 120 * 120, karim.luma()));
}

TEST_F(NamePlatesTest, RendersOnceAndForgetsTheOldest) {
  const Overlay* first = &plates_->Plate("Alice", {426, 240});
  EXPECT_EQ(&plates_->Plate("Alice", {426, 240}), first);
  EXPECT_EQ(plates_->rendered(), 1U);
  plates_->Plate("Alice", {640, 360});
  plates_->Plate("Bob", {426, 240});
  EXPECT_EQ(plates_->rendered(), 3U) << "another size and another name are other plates";
  for (size_t i = 0; i < NamePlates::kCapacity; ++i) {
    plates_->Plate("guest " + std::to_string(i), {256, 144});
  }
  plates_->Plate("Alice", {426, 240});
  EXPECT_EQ(plates_->rendered(), 4U + NamePlates::kCapacity);
}

}  // namespace
}  // namespace continuo
