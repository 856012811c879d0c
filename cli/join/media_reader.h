// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// Decodes the first video stream of a file and scales each picture to fit `fit` without changing
// its shape, both sides even. Calls `on_picture` for each with its time in the file; stops when
// that returns false or the file ends.
Status ReadPictures(const std::string& path, PixelSize fit,
                    const std::function<bool(const I420View& picture, double seconds)>& on_picture);

// Decodes the first audio stream of a file to 48 kHz mono, at most `max_samples`.
Result<std::vector<int16_t>> ReadSamples(const std::string& path, size_t max_samples);

}  // namespace continuo
