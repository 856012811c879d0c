// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <vector>

namespace softva {

// An NV12 picture without padding: luma[height][width], chroma[height / 2][width].
struct TestPicture {
  TestPicture(int w, int h);

  int width, height;
  std::vector<uint8_t> luma, chroma;

  bool operator==(const TestPicture&) const = default;
};

// Soft shapes that move with the number, and a little noise: what scales and compresses like a
// camera's picture.
TestPicture MakeTestPicture(int width, int height, int number);
TestPicture MakeFlatPicture(int width, int height, int y, int u, int v);

// By image and by vaSyncSurface, as programs should.
void Upload(VADisplay display, VASurfaceID surface, const TestPicture& picture);
TestPicture Download(VADisplay display, VASurfaceID surface, int width, int height);
// BGRA, pixels[height][width].
void UploadBgra(VADisplay display, VASurfaceID surface, int width, int height,
                const std::vector<uint32_t>& pixels);
std::vector<uint32_t> DownloadBgra(VADisplay display, VASurfaceID surface, int width, int height);

// Of luma.
double Psnr(const TestPicture& a, const TestPicture& b);

}  // namespace softva
