// SPDX-License-Identifier: Apache-2.0
#include "mcu/ladder/ladder.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/check.h"

namespace continuo {

Ladder::Ladder(VideoEncoderFactory factory, TaskRunner& runner, RenditionSink& sink,
               LadderProbe& probe, Timestamp epoch, Timestamp (*clock)())
    : factory_(std::move(factory)), runner_(runner), sink_(sink) {
  for (size_t i = 0; i < renditions_.size(); ++i) {
    const auto rendition = VideoRendition::FromIndex(static_cast<int>(i));
    CONTINUO_CHECK(rendition);
    renditions_[i] =
        std::make_unique<RenditionEncoder>(*rendition, factory_, probe.renditions[i], epoch, clock);
  }
}

void Ladder::SetActive(std::bitset<kVideoRenditionCount> active) {
  for (size_t i = 0; i < renditions_.size(); ++i) renditions_[i]->SetActive(active[i]);
}

void Ladder::RequestKeyFrame(VideoRendition rendition, Timestamp now) {
  renditions_[static_cast<size_t>(rendition.index())]->RequestKeyFrame(now);
}

Timestamp Ladder::NextDeadline() const {
  Timestamp next = Timestamp::Infinite();
  for (const auto& rendition : renditions_) next = std::min(next, rendition->NextDeadline());
  return next;
}

void Ladder::Encode(CanvasSource& canvas, uint64_t canvas_version, Timestamp now) {
  std::array<RenditionEncoder*, kVideoRenditionCount> due{};
  std::array<Task*, kVideoRenditionCount> tasks{};
  size_t count = 0;
  for (const auto& rendition : renditions_) {
    if (!rendition->Due(canvas_version, now)) continue;
    const auto picture = canvas.Canvas(SpecOf(rendition->rendition().rung).size);
    if (!picture) rendition->FailWithoutPicture(now);
    if (!picture || !rendition->Prepare(*picture, canvas_version, now)) continue;
    due[count] = rendition.get();
    tasks[count++] = rendition.get();
  }
  if (count == 0) return;
  runner_.RunAll(std::span(tasks).first(count));
  for (RenditionEncoder* const rendition : std::span(due).first(count)) {
    if (const auto frame = rendition->Finish()) {
      sink_.OnRenditionFrame(rendition->rendition(), *frame);
    }
  }
}

}  // namespace continuo
