// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/text_renderer.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// Fontconfig 2.14 loses 288 bytes when it reads its configuration: once a process, and not ours.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig.so\n"; }
#elif __has_feature(thread_sanitizer)
// Pango 1.50 initialises Fontconfig on a thread of its own and waits for it through GLib, of whose
// locks ThreadSanitizer knows nothing.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libglib-2.0.so\nrace:libfontconfig.so\nrace:libpangoft2-1.0.so\n";
}
#endif
#endif

namespace continuo {
namespace {

// What Debian's fonts-noto-core has, then whatever the machine has. Pango falls back by script.
constexpr char kFamilies[] = "Noto Sans, DejaVu Sans, sans-serif";
// Below this no letter can be told from another.
constexpr int kSmallestFont = 8;

struct DestroyCairo {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
struct FreeDescription {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
struct FreeOptions {
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};
using Cairo = std::unique_ptr<cairo_t, DestroyCairo>;
using FontDescription = std::unique_ptr<PangoFontDescription, FreeDescription>;

int EvenUp(int n) { return (n + 1) & ~1; }

FontDescription DescribeFont(double height) {
  FontDescription font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), kFamilies);
  pango_font_description_set_weight(font.get(), PANGO_WEIGHT_SEMIBOLD);
  pango_font_description_set_absolute_size(font.get(), height * PANGO_SCALE);
  return font;
}

void RoundedRectangle(cairo_t* cairo, double width, double height, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, width - radius, radius, radius, -kQuarter, 0);
  cairo_arc(cairo, width - radius, height - radius, radius, 0, kQuarter);
  cairo_arc(cairo, radius, height - radius, radius, kQuarter, 2 * kQuarter);
  cairo_arc(cairo, radius, radius, radius, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(cairo);
}

}  // namespace

void TextRenderer::Unref::operator()(void* object) const { g_object_unref(object); }

Result<std::unique_ptr<TextRenderer>> TextRenderer::Create() {
  std::unique_ptr<TextRenderer> renderer(new TextRenderer);
  renderer->fonts_.reset(pango_cairo_font_map_new());
  renderer->context_.reset(pango_font_map_create_context(renderer->fonts_.get()));
  // Subpixel rendering would colour the letters' edges, and hinting would depend on the machine.
  const std::unique_ptr<cairo_font_options_t, FreeOptions> options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(renderer->context_.get(), options.get());
  // Pango ends the process when it lays out text and there is no font at all.
  const FontDescription font = DescribeFont(36);
  const std::unique_ptr<PangoFont, Unref> loaded(
      pango_context_load_font(renderer->context_.get(), font.get()));
  if (!loaded) return Fail(ErrorCode::kUnavailable, "there is no font: install fonts-noto-core");
  return renderer;
}

TextRenderer::Layout TextRenderer::MakeLayout(const std::string& text, double font_height) const {
  Layout layout(pango_layout_new(context_.get()));
  pango_layout_set_font_description(layout.get(), DescribeFont(font_height).get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

Overlay TextRenderer::Plate(const std::string& text, int font_height, PixelSize room) {
  const int side = font_height / 2;
  const int text_room = room.width - 2 * side;
  if (text.empty() || font_height < kSmallestFont || text_room < font_height) return {};
  const Layout layout = MakeLayout(text, font_height);
  pango_layout_set_width(layout.get(), text_room * PANGO_SCALE);
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  // Right-to-left text stands at the right of the layout's width: x says where.
  PangoRectangle logical;
  pango_layout_get_pixel_extents(layout.get(), nullptr, &logical);
  const PixelSize size{std::min(EvenUp(logical.width + 2 * side), room.width & ~1),
                       std::min(EvenUp(logical.height), room.height & ~1)};
  if (size.width <= 0 || size.height <= 0) return {};

  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, size.width, size.height));
  const Cairo cairo(cairo_create(surface.get()));
  RoundedRectangle(cairo.get(), size.width, size.height, std::min(side, size.height / 2));
  cairo_set_source_rgba(cairo.get(), 0.06, 0.07, 0.09, 0.72);
  cairo_fill(cairo.get());
  cairo_move_to(cairo.get(), side - logical.x, (size.height - logical.height) / 2.0 - logical.y);
  cairo_set_source_rgb(cairo.get(), 1, 1, 1);
  pango_cairo_show_layout(cairo.get(), layout.get());
  return ToOverlay(surface);
}

Overlay TextRenderer::Disc(const std::string& text, uint32_t color, int diameter) {
  diameter &= ~1;
  if (diameter < 2) return {};
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, diameter, diameter));
  const Cairo cairo(cairo_create(surface.get()));
  cairo_arc(cairo.get(), diameter / 2.0, diameter / 2.0, diameter / 2.0, 0, 2 * std::numbers::pi);
  cairo_set_source_rgb(cairo.get(), (color >> 16 & 0xFF) / 255.0, (color >> 8 & 0xFF) / 255.0,
                       (color & 0xFF) / 255.0);
  cairo_fill(cairo.get());
  if (const double height = diameter * 0.42; height >= kSmallestFont) {
    Layout layout = MakeLayout(text, height);
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
    if (const double widest = diameter * 0.76; ink.width > widest) {
      layout = MakeLayout(text, height * widest / ink.width);
      pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
    }
    cairo_move_to(cairo.get(), (diameter - ink.width) / 2.0 - ink.x,
                  (diameter - ink.height) / 2.0 - ink.y);
    cairo_set_source_rgb(cairo.get(), 1, 1, 1);
    pango_cairo_show_layout(cairo.get(), layout.get());
  }
  return ToOverlay(surface);
}

Overlay TextRenderer::ToOverlay(const Surface& surface) {
  cairo_surface_flush(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return {};
  return Overlay::FromPremultipliedArgb(
      {cairo_image_surface_get_width(surface.get()), cairo_image_surface_get_height(surface.get())},
      cairo_image_surface_get_data(surface.get()), cairo_image_surface_get_stride(surface.get()));
}

}  // namespace continuo
