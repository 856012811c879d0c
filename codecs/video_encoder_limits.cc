// SPDX-License-Identifier: Apache-2.0
#include "codecs/video_encoder_limits.h"

namespace continuo {

Status CheckVideoConfig(const VideoEncoderConfig& config) {
  const auto [width, height] = config.size;
  if (width < 2 || height < 2 || width > kMaxEncodedSide || height > kMaxEncodedSide) {
    return Fail(ErrorCode::kInvalidArgument, "no such picture size to encode");
  }
  if (width % 2 != 0 || height % 2 != 0) {
    return Fail(ErrorCode::kInvalidArgument, "odd picture size to encode");
  }
  if (config.frames_per_second < 1 || config.frames_per_second > kMaxEncodedFramesPerSecond) {
    return Fail(ErrorCode::kInvalidArgument, "no such frame rate to encode");
  }
  if (config.intra_refresh_pictures < 0 ||
      config.intra_refresh_pictures > kMaxIntraRefreshPictures) {
    return Fail(ErrorCode::kInvalidArgument, "no such intra-refresh");
  }
  return CheckVideoRate(config.rate);
}

Status CheckVideoRate(DataRate rate) {
  if (rate < kMinEncodedRate || rate > kMaxEncodedRate) {
    return Fail(ErrorCode::kInvalidArgument, "no such rate to encode at");
  }
  return {};
}

Status CheckQualityRegions(std::span<const QualityRegion> regions, PixelSize picture, int at_most) {
  if (at_most == 0) return Fail(ErrorCode::kUnsupported, "the encoder has no regions");
  if (regions.size() > static_cast<size_t>(at_most)) {
    return Fail(ErrorCode::kInvalidArgument, "more regions than the encoder takes");
  }
  for (const auto& [rect, qp_delta] : regions) {
    if (rect.empty() || rect.x < 0 || rect.y < 0 || rect.width > picture.width - rect.x ||
        rect.height > picture.height - rect.y) {
      return Fail(ErrorCode::kInvalidArgument, "a region that is not in the picture");
    }
    if (qp_delta < -kMaxQpDelta || qp_delta > kMaxQpDelta) {
      return Fail(ErrorCode::kInvalidArgument, "no such quality of a region");
    }
  }
  return {};
}

Status CheckVideoPicture(const PictureView& picture, PixelSize configured) {
  if (picture.size() != configured) {
    return Fail(ErrorCode::kInvalidArgument, "picture of another size");
  }
  if (picture.memory().planes[0] == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "the picture is not in memory");
  }
  return {};
}

}  // namespace continuo
