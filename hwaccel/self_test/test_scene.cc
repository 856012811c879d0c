// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/test_scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "base/check.h"
#include "base/random.h"
#include "codecs/registry.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {
namespace {

constexpr int kFramesPerSecond = 25;

// Waves across the picture, in both directions: so many of them, moving so far with each number.
struct Waves {
  double across, down;  // how many
  double amplitude;
  double step;  // of a wave, per number
};
// Twelve over the height: one row's shift costs 38 dB even where the picture fills a canvas of 720
// rows, and a shrunken tile has a dozen rows to each wave still.
constexpr std::array<Waves, 3> kPlaneWaves{Waves{9, 12, 45, 0.06}, Waves{5, 2, 30, 0.04},
                                           Waves{2, 7, 30, -0.05}};

std::vector<double> Wave(int length, double count, double amplitude, double phase) {
  std::vector<double> wave(static_cast<size_t>(length));
  for (int i = 0; i < length; ++i) {
    const double turns = count * (i + 0.5) / length + phase;
    wave[static_cast<size_t>(i)] = amplitude * std::sin(2 * std::numbers::pi * turns);
  }
  return wave;
}

void DrawWaves(const Waves& waves, int number, PixelSize size, uint8_t* plane, int stride) {
  const double phase = waves.step * number;
  const auto across = Wave(size.width, waves.across, waves.amplitude, phase);
  const auto down = Wave(size.height, waves.down, waves.amplitude, phase + 0.1);
  for (int y = 0; y < size.height; ++y) {
    uint8_t* const line = plane + static_cast<ptrdiff_t>(y) * stride;
    for (int x = 0; x < size.width; ++x) {
      line[x] = static_cast<uint8_t>(126.5 + across[static_cast<size_t>(x)] +
                                     down[static_cast<size_t>(y)]);
    }
  }
}

void FillBlock(const MutableI420View& picture, PixelRect block, const std::array<int, 3>& color) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = block.y >> shift; y < (block.y + block.height) >> shift; ++y) {
      uint8_t* const line =
          picture.planes[plane] + static_cast<ptrdiff_t>(y) * picture.strides[plane];
      std::fill_n(line + (block.x >> shift), block.width >> shift,
                  static_cast<uint8_t>(color[plane]));
    }
  }
}

// Eight blocks that each go their own way, round and round.
void DrawBlocks(int number, const MutableI420View& picture) {
  const PixelSize size = picture.size;
  const int side = std::min(size.width, size.height) / 5 & ~1;
  Prng random(7);
  for (int i = 0; i < 8; ++i) {
    const auto next = [&](int limit) { return static_cast<int>(random.Next() % 1000) % limit; };
    const int x = next(997) + number * (next(11) - 5);
    const int y = next(997) + number * (next(7) - 3);
    const auto into = [&](int at, int length) {
      const int room = std::max(length - side, 1);
      return (at % room + room) % room & ~1;
    };
    FillBlock(picture, {into(x, size.width), into(y, size.height), side, side},
              {40 + next(180), 60 + next(140), 60 + next(140)});
  }
}

void AddGrain(int number, const MutableI420View& picture) {
  Prng random(static_cast<uint64_t>(number));
  for (int y = 0; y < picture.size.height; ++y) {
    uint8_t* const line = picture.planes[0] + static_cast<ptrdiff_t>(y) * picture.strides[0];
    uint64_t bits = 0;
    for (int x = 0; x < picture.size.width; ++x) {
      if (x % 16 == 0) bits = random.Next();
      line[x] = static_cast<uint8_t>(line[x] + static_cast<int>(bits & 7) - 4);
      bits >>= 4;
    }
  }
}

struct Rgba {
  double r, g, b, a;  // 0 to 1, not premultiplied
};

Rgba Over(Rgba top, const Rgba& under) {
  const double a = top.a + under.a * (1 - top.a);
  const auto mix = [&](double t, double u) {
    return a == 0 ? 0 : (t * top.a + u * under.a * (1 - top.a)) / a;
  };
  return {mix(top.r, under.r), mix(top.g, under.g), mix(top.b, under.b), a};
}

// How much of a pixel a stroke covers: one of four columns with soft sides, every twelve.
double Stroke(int x, int number) {
  constexpr std::array<double, 12> kProfile{0, 0, 0, 0.5, 1, 1, 1, 1, 0.5, 0, 0, 0};
  return kProfile[static_cast<size_t>((x + 3 * number) % 12)];
}

Rgba PlatePixel(PixelSize size, int number, int x, int y) {
  constexpr int kMargin = 2;
  const auto within = [&](int at, int begin, int end) { return at >= begin && at < end; };
  if (!within(x, kMargin, size.width - kMargin) || !within(y, kMargin, size.height - kMargin)) {
    return {0, 0, 0, 0};
  }
  const Rgba ground{0.08, 0.08, 0.08, 0.6};
  const int quarter = size.height / 4 & ~1;
  const bool in_letters = within(y, quarter, size.height - quarter);
  const int block = size.height & ~3;  // as wide as high, and even
  if (x < block) return in_letters ? Over({0.1, 0.35, 0.8, 0.9}, ground) : ground;
  return Over({1, 1, 1, in_letters ? Stroke(x, number) : 0}, ground);
}

}  // namespace

void DrawTestScene(TestScene scene, int number, const MutableI420View& picture) {
  const PixelSize chroma{(picture.size.width + 1) / 2, (picture.size.height + 1) / 2};
  for (size_t plane = 0; plane < 3; ++plane) {
    DrawWaves(kPlaneWaves[plane], number, plane == 0 ? picture.size : chroma, picture.planes[plane],
              picture.strides[plane]);
  }
  if (scene == TestScene::kSmooth) return;
  DrawBlocks(number, picture);
  AddGrain(number, picture);
}

Overlay MakeTestPlate(PixelSize size, int number) {
  CONTINUO_CHECK(size.width >= 32 && size.height >= 16);
  std::vector<uint8_t> pixels;
  pixels.reserve(static_cast<size_t>(size.area()) * 4);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Rgba p = PlatePixel(size, number, x, y);
      for (const double value : {p.b * p.a, p.g * p.a, p.r * p.a, p.a}) {
        pixels.push_back(static_cast<uint8_t>(std::lround(value * 255)));
      }
    }
  }
  return Overlay::FromPremultipliedArgb(size, pixels.data(), size.width * 4);
}

Result<std::vector<OwnedEncodedFrame>> EncodeTestClip(VideoCodec codec, TestScene scene,
                                                      PixelSize size, int pictures, DataRate rate) {
  auto encoder = CreateVideoEncoder(codec, {size, kFramesPerSecond, rate});
  if (!encoder) return tl::unexpected(std::move(encoder.error()));
  const PictureBuffer picture(size);
  std::vector<OwnedEncodedFrame> clip(static_cast<size_t>(pictures));
  for (int number = 0; number < pictures; ++number) {
    DrawTestScene(scene, number, picture.view());
    const auto encoded = (*encoder)->Encode(
        picture.view(), static_cast<uint32_t>(number * kVideoClockRate / kFramesPerSecond),
        Timestamp::Millis(1000 * (number + 1) / kFramesPerSecond), ForceKeyFrame::kNo);
    if (!encoded) return tl::unexpected(encoded.error());
    clip[static_cast<size_t>(number)].Assign(*encoded);
  }
  // Where rate control left one out.
  std::erase_if(clip, [](const OwnedEncodedFrame& frame) { return frame.payload.empty(); });
  return clip;
}

}  // namespace continuo
