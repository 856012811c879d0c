// SPDX-License-Identifier: Apache-2.0
#include "softva/tests/test_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "softva/tests/test_display.h"

namespace softva {
namespace {

// An image of a surface's own format, mapped for as long as this lives.
class MappedImage {
 public:
  MappedImage(VADisplay display, uint32_t fourcc, int width, int height) : display_(display) {
    VAImageFormat format{};
    format.fourcc = fourcc;
    EXPECT_VA_OK(vaCreateImage(display_, &format, width, height, &image_));
  }
  ~MappedImage() { vaDestroyImage(display_, image_.image_id); }

  const VAImage& image() const { return image_; }

  // Calls copy(plane's row, y) for each of `rows` rows.
  template <class Copy>
  void Rows(int plane, int rows, Copy copy) {
    void* memory = nullptr;
    EXPECT_VA_OK(vaMapBuffer(display_, image_.buf, &memory));
    for (int y = 0; y < rows; ++y) {
      copy(static_cast<uint8_t*>(memory) + image_.offsets[plane] + y * image_.pitches[plane], y);
    }
    EXPECT_VA_OK(vaUnmapBuffer(display_, image_.buf));
  }

 private:
  VADisplay display_;
  VAImage image_{};
};

void Put(VADisplay display, VASurfaceID surface, const VAImage& image) {
  EXPECT_VA_OK(vaPutImage(display, surface, image.image_id, 0, 0, image.width, image.height, 0, 0,
                          image.width, image.height));
}

void Get(VADisplay display, VASurfaceID surface, const VAImage& image) {
  EXPECT_VA_OK(vaSyncSurface(display, surface));
  EXPECT_VA_OK(vaGetImage(display, surface, 0, 0, image.width, image.height, image.image_id));
}

}  // namespace

TestPicture::TestPicture(int w, int h)
    : width(w),
      height(h),
      luma(static_cast<size_t>(w) * h),
      chroma(static_cast<size_t>(w) * h / 2) {}

TestPicture MakeTestPicture(int width, int height, int number) {
  TestPicture picture(width, height);
  std::minstd_rand noise(static_cast<uint32_t>(number) + 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double wave = std::sin((x + 5 * number) * 0.07) + std::cos((y - 3 * number) * 0.05);
      picture.luma[static_cast<size_t>(y) * width + x] =
          static_cast<uint8_t>(126 + 48 * wave + static_cast<double>(noise() % 5));
    }
  }
  for (size_t i = 0; i < picture.chroma.size(); ++i) {
    const double wave = std::sin(static_cast<double>(i % width + number) * 0.03);
    picture.chroma[i] = static_cast<uint8_t>(128 + (i % 2 == 0 ? 40 : -30) * wave);
  }
  return picture;
}

TestPicture MakeFlatPicture(int width, int height, int y, int u, int v) {
  TestPicture picture(width, height);
  std::ranges::fill(picture.luma, static_cast<uint8_t>(y));
  for (size_t i = 0; i < picture.chroma.size(); ++i) {
    picture.chroma[i] = static_cast<uint8_t>(i % 2 == 0 ? u : v);
  }
  return picture;
}

void Upload(VADisplay display, VASurfaceID surface, const TestPicture& picture) {
  const int width = picture.width;
  MappedImage image(display, VA_FOURCC_NV12, width, picture.height);
  image.Rows(0, picture.height, [&](uint8_t* row, int y) {
    std::memcpy(row, &picture.luma[static_cast<size_t>(y) * width], static_cast<size_t>(width));
  });
  image.Rows(1, picture.height / 2, [&](uint8_t* row, int y) {
    std::memcpy(row, &picture.chroma[static_cast<size_t>(y) * width], static_cast<size_t>(width));
  });
  Put(display, surface, image.image());
}

TestPicture Download(VADisplay display, VASurfaceID surface, int width, int height) {
  TestPicture picture(width, height);
  MappedImage image(display, VA_FOURCC_NV12, width, height);
  Get(display, surface, image.image());
  image.Rows(0, height, [&](const uint8_t* row, int y) {
    std::memcpy(&picture.luma[static_cast<size_t>(y) * width], row, static_cast<size_t>(width));
  });
  image.Rows(1, height / 2, [&](const uint8_t* row, int y) {
    std::memcpy(&picture.chroma[static_cast<size_t>(y) * width], row, static_cast<size_t>(width));
  });
  return picture;
}

void UploadBgra(VADisplay display, VASurfaceID surface, int width, int height,
                const std::vector<uint32_t>& pixels) {
  MappedImage image(display, VA_FOURCC_BGRA, width, height);
  image.Rows(0, height, [&](uint8_t* row, int y) {
    std::memcpy(row, &pixels[static_cast<size_t>(y) * width], 4 * static_cast<size_t>(width));
  });
  Put(display, surface, image.image());
}

std::vector<uint32_t> DownloadBgra(VADisplay display, VASurfaceID surface, int width, int height) {
  std::vector<uint32_t> pixels(static_cast<size_t>(width) * height);
  MappedImage image(display, VA_FOURCC_BGRA, width, height);
  Get(display, surface, image.image());
  image.Rows(0, height, [&](const uint8_t* row, int y) {
    std::memcpy(&pixels[static_cast<size_t>(y) * width], row, 4 * static_cast<size_t>(width));
  });
  return pixels;
}

double Psnr(const TestPicture& a, const TestPicture& b) {
  double squares = 0;
  for (size_t i = 0; i < a.luma.size(); ++i) {
    const double difference = a.luma[i] - b.luma[i];
    squares += difference * difference;
  }
  if (squares == 0) return 99;
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.luma.size()) / squares);
}

}  // namespace softva
