// SPDX-License-Identifier: Apache-2.0
#include "mcu/mixer/decode_worker.h"

#include <utility>

#include "base/clock.h"

namespace continuo {

Result<std::unique_ptr<DecodeWorker>> DecodeWorker::Start(Engine& engine,
                                                          WantKeyFrame want_key_frame,
                                                          MixerProbe& probe) {
  auto wakeup = Wakeup::Create();
  if (!wakeup) return tl::unexpected(wakeup.error());
  std::unique_ptr<DecodeWorker> worker(
      new DecodeWorker(engine, std::move(*wakeup), std::move(want_key_frame), probe));
  worker->thread_ = std::thread([raw = worker.get()] { raw->Run(); });
  return worker;
}

DecodeWorker::~DecodeWorker() {
  stop_.store(true, std::memory_order_release);
  wakeup_.Signal();
  if (thread_.joinable()) thread_.join();
}

bool DecodeWorker::Submit(ParticipantId participant, uint64_t serial, const EncodedFrame& frame) {
  auto spare = spare_frames_.TryPop();
  auto buffer = spare ? std::move(*spare) : std::make_unique<OwnedEncodedFrame>();
  buffer->Assign(frame);
  if (!jobs_.TryPush(Job{participant, serial, std::move(buffer)})) return false;
  wakeup_.Signal();
  return true;
}

void DecodeWorker::Forget(ParticipantId participant) {
  // A full queue would leak one decoder until the room empties; the worker is then so late that
  // nothing else works either.
  jobs_.TryPush(Job{participant, 0, nullptr});
  wakeup_.Signal();
}

void DecodeWorker::Run() {
  while (!stop_.load(std::memory_order_acquire)) {
    while (auto job = jobs_.TryPop()) {
      if (!job->frame) {
        streams_.erase(job->participant);
        continue;
      }
      Decode(*job);
      spare_frames_.TryPush(std::move(job->frame));
    }
    wakeup_.WaitUntil(Timestamp::Infinite());
  }
}

bool DecodeWorker::Prepare(Stream& stream, const EncodedFrame& frame) {
  if (stream.decoder && stream.codec != frame.codec) stream = Stream{};
  if (stream.waits_for_key && frame.kind != FrameKind::kKey) return false;
  if (!stream.decoder) {
    auto decoder = engine_.CreateDecoder(frame.codec);
    if (!decoder) return false;
    stream.decoder = std::move(*decoder);
    stream.codec = frame.codec;
  }
  return true;
}

void DecodeWorker::Decode(const Job& job) {
  const EncodedFrame frame = job.frame->view();
  Stream& stream = streams_[job.participant];
  if (!Prepare(stream, frame)) {
    want_key_frame_(job.participant, job.serial);
    return;
  }
  const Timestamp start = MonotonicNow();
  auto picture = stream.decoder->Decode(frame);
  probe_.decode_time.Observe(MonotonicNow() - start);
  if (!picture) {
    probe_.decode_errors.Add();
    stream = Stream{};
    want_key_frame_(job.participant, job.serial);
    return;
  }
  stream.waits_for_key = false;
  probe_.decodes.Add();
  if (*picture && !pictures_.TryPush(DecodedPicture{job.participant, std::move(*picture)})) {
    probe_.dropped_pictures.Add();
  }
}

}  // namespace continuo
