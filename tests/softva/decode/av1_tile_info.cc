// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_tile_info.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace softva {
namespace {

constexpr int kMaxTileWidth = 4096;
constexpr int kMaxTileArea = 4096 * 2304;
constexpr int kMaxTileColumns = 64;
constexpr int kMaxTileRows = 64;

int DivideUp(int value, int divisor) { return (value + divisor - 1) / divisor; }

// tile_log2( blkSize, target ): the smallest k with blkSize << k >= target.
int TileLog2(int block, int target) {
  int k = 0;
  while (block << k < target) ++k;
  return k;
}

// Sizes in superblocks, and what they allow.
struct TileLimits {
  explicit TileLimits(const VADecPictureParameterBufferAV1& picture) {
    const int superblock_log2 = picture.seq_info_fields.fields.use_128x128_superblock != 0 ? 7 : 6;
    const int superblock = 1 << superblock_log2;
    columns = DivideUp(Av1CodedWidth(picture), superblock);
    rows = DivideUp(picture.frame_height_minus1 + 1, superblock);
    max_width = kMaxTileWidth >> superblock_log2;
    min_columns_log2 = TileLog2(max_width, columns);
    min_tiles_log2 =
        std::max(TileLog2(kMaxTileArea >> (2 * superblock_log2), rows * columns), min_columns_log2);
  }

  int columns;
  int rows;
  int max_width;
  int min_columns_log2;
  int min_tiles_log2;
};

// Uniform spacing names only the logarithm; the number of tiles follows. Writes the logarithm, from
// `min` up, that gives this many tiles.
std::optional<int> WriteUniform(int superblocks, int tiles, int min, int max, Av1BitWriter& out) {
  for (int log2 = min; log2 <= max; ++log2) {
    const int tile_size = DivideUp(superblocks, 1 << log2);
    if (DivideUp(superblocks, tile_size) == tiles) {
      if (log2 < max) out.Flag(false);  // increment_tile_*_log2
      return log2;
    }
    if (log2 < max) out.Flag(true);
  }
  return std::nullopt;
}

// Explicit sizes; that of the last tile is what is left. Returns the largest tile's.
std::optional<int> WriteExplicit(int superblocks, int tiles, const uint16_t* sizes_minus_1, int max,
                                 Av1BitWriter& out) {
  int widest = 0;
  int start = 0;
  for (int i = 0; i < tiles; ++i) {
    const int left = superblocks - start;
    const int size = i + 1 == tiles ? left : sizes_minus_1[i] + 1;
    const int limit = std::min(left, max);
    if (size < 1 || size > limit) return std::nullopt;
    out.NonSymmetric(static_cast<uint32_t>(limit), static_cast<uint32_t>(size - 1));
    start += size;
    widest = std::max(widest, size);
  }
  return widest;
}

// The sum of the two logarithms, or nothing when there is no such division.
std::optional<int> WriteUniformTiles(const VADecPictureParameterBufferAV1& picture,
                                     const TileLimits& limits, Av1BitWriter& out) {
  const auto columns_log2 =
      WriteUniform(limits.columns, picture.tile_cols, limits.min_columns_log2,
                   TileLog2(1, std::min(limits.columns, kMaxTileColumns)), out);
  if (!columns_log2) return std::nullopt;
  const auto rows_log2 = WriteUniform(limits.rows, picture.tile_rows,
                                      std::max(limits.min_tiles_log2 - *columns_log2, 0),
                                      TileLog2(1, std::min(limits.rows, kMaxTileRows)), out);
  if (!rows_log2) return std::nullopt;
  return *columns_log2 + *rows_log2;
}

std::optional<int> WriteExplicitTiles(const VADecPictureParameterBufferAV1& picture,
                                      const TileLimits& limits, Av1BitWriter& out) {
  const auto widest = WriteExplicit(limits.columns, picture.tile_cols, picture.width_in_sbs_minus_1,
                                    limits.max_width, out);
  if (!widest) return std::nullopt;
  int max_area = limits.rows * limits.columns;
  if (limits.min_tiles_log2 > 0) max_area >>= limits.min_tiles_log2 + 1;
  const auto tallest = WriteExplicit(limits.rows, picture.tile_rows, picture.height_in_sbs_minus_1,
                                     std::max(max_area / *widest, 1), out);
  if (!tallest) return std::nullopt;
  return TileLog2(1, picture.tile_cols) + TileLog2(1, picture.tile_rows);
}

}  // namespace

int Av1CodedWidth(const VADecPictureParameterBufferAV1& picture) {
  const int width = picture.frame_width_minus1 + 1;
  if (picture.pic_info_fields.bits.use_superres == 0) return width;
  const int denominator = picture.superres_scale_denominator;
  return (width * 8 + denominator / 2) / denominator;
}

bool WriteAv1TileInfo(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out) {
  const int tiles = picture.tile_cols * picture.tile_rows;
  if (tiles == 0 || picture.tile_cols > kMaxTileColumns || picture.tile_rows > kMaxTileRows) {
    return false;
  }
  const TileLimits limits(picture);
  const bool uniform = picture.pic_info_fields.bits.uniform_tile_spacing_flag != 0;
  out.Flag(uniform);
  const auto log2 =
      uniform ? WriteUniformTiles(picture, limits, out) : WriteExplicitTiles(picture, limits, out);
  if (!log2 || picture.context_update_tile_id >= tiles) return false;
  if (*log2 > 0) {
    out.Bits(*log2, picture.context_update_tile_id);
    out.Bits(2, kAv1TileSizeBytes - 1);  // tile_size_bytes_minus_1
  }
  return true;
}

}  // namespace softva
