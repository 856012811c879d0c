// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/audio_mixer.h"

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

// How long a participant keeps his private mix after his voice has left the sum. In this time the
// private and the shared mix are the same sound, so that the states of their encoders come near.
constexpr int kPrivateHangoverTicks = 15;
// Talkers, and those whose voice fades out in this tick.
constexpr size_t kMaxPrivate = 2 * Talkers::kMaxTalkers;
constexpr size_t kFadeIn = 240;  // 5 ms

// `gain` in 1/32768, as it changes over a tick.
int32_t FadeInGain(size_t i) {
  return static_cast<int32_t>(std::min(i, kFadeIn) * 32768 / kFadeIn);
}
int32_t FadeOutGain(size_t i) {
  return static_cast<int32_t>((kSamplesPerTick - i) * 32768 / kSamplesPerTick);
}

template <typename Gain>
void Scale(AudioFrame& frame, Gain gain) {
  for (size_t i = 0; i < kSamplesPerTick; ++i) {
    frame[i] = static_cast<int16_t>(frame[i] * gain(i) / 32768);
  }
}

void Add(const AudioFrame& frame, AudioSum& sum) {
  for (size_t i = 0; i < kSamplesPerTick; ++i) sum[i] += frame[i];
}

}  // namespace

struct AudioMixer::Member {
  ParticipantId participant;
  Rung rung = Rung::kHd;
  std::unique_ptr<IncomingVoice> voice;   // of those who send
  AudioFrame frame{};                     // of this tick; as it was summed, if it was
  bool mixed = false;                     // at the end of the last tick
  bool summed = false;                    // in this tick
  std::unique_ptr<AudioEncoder> encoder;  // lent by its rung while he has a private mix
  Limiter limiter;                        // of the private mix
  int private_ticks = 0;                  // for which the private mix goes on
};

AudioMixer::AudioMixer(AudioCodecs codecs, AudioMixProbe& probe)
    : codecs_(std::move(codecs)), probe_(probe) {}
AudioMixer::~AudioMixer() = default;

AudioMixer::Shared& AudioMixer::SharedOf(const Member& member) {
  return shared_[static_cast<size_t>(member.rung)];
}

bool AudioMixer::Hears(const Member& member) const {
  return rungs_[static_cast<size_t>(member.rung)];
}

AudioMixer::Member* AudioMixer::Find(ParticipantId participant) {
  const auto at = std::lower_bound(
      members_.begin(), members_.end(), participant,
      [](const auto& member, ParticipantId id) { return member->participant < id; });
  return at != members_.end() && (*at)->participant == participant ? at->get() : nullptr;
}

Status AudioMixer::SetVoices(std::span<const Voice> voices, std::bitset<kRungCount> audio_rungs) {
  std::vector<std::unique_ptr<Member>> members;
  members.reserve(voices.size());
  Status status;
  rungs_ = audio_rungs;
  for (const Voice& voice : voices) {
    const auto is_his = [&voice](const auto& member) {
      return member && member->participant == voice.participant;
    };
    if (std::any_of(members.begin(), members.end(), is_his)) continue;
    const auto known = std::find_if(members_.begin(), members_.end(), is_his);
    members.push_back(known != members_.end() ? std::move(*known) : std::make_unique<Member>());
    const Status admitted = Admit(*members.back(), voice);
    if (!admitted && status) status = admitted;
  }
  for (const auto& member : members_) {
    if (member) Dismiss(*member);
  }
  members_ = std::move(members);
  std::sort(members_.begin(), members_.end(),
            [](const auto& a, const auto& b) { return a->participant < b->participant; });
  levels_.clear();
  for (const auto& member : members_) {
    if (member->voice) levels_.push_back({member->participant, member->voice->level_dbfs()});
  }
  const Status made = MakeEncoders();
  return status ? made : status;
}

Status AudioMixer::Admit(Member& member, const Voice& voice) {
  member.participant = voice.participant;
  if (member.rung != voice.rung) {
    ReturnEncoder(member);
    member.rung = voice.rung;
  }
  if (!voice.sends_audio) {
    FadeAway(member);
  } else if (!member.voice) {
    auto decoder = codecs_.make_decoder();
    if (!decoder) return tl::unexpected(std::move(decoder.error()));
    member.voice = std::make_unique<IncomingVoice>(std::move(*decoder), probe_);
  }
  return {};
}

void AudioMixer::Dismiss(Member& member) {
  FadeAway(member);
  ReturnEncoder(member);
}

// A voice that is taken away while it's heard leaves its next 20 ms, fading, to the next tick.
void AudioMixer::FadeAway(Member& member) {
  if (member.voice && member.mixed) {
    member.voice->Pull(last_tick_ + kAudioTick, member.frame);
    Scale(member.frame, FadeOutGain);
    Add(member.frame, tail_);
  }
  member.voice.reset();
  member.mixed = false;
  member.summed = false;
}

// One encoder per rung that is on, and as many as can be lent at a time.
Status AudioMixer::MakeEncoders() {
  for (size_t r = 0; r < shared_.size(); ++r) {
    if (!rungs_[r]) continue;
    Shared& shared = shared_[r];
    const auto talks_here = [r](const auto& m) {
      return m->voice && m->rung == static_cast<Rung>(r);
    };
    const auto talkers = std::count_if(members_.begin(), members_.end(), talks_here);
    const size_t wanted = std::min(static_cast<size_t>(talkers), kMaxPrivate);
    shared.spare.reserve(kMaxPrivate);
    while (!shared.encoder || shared.spare.size() + shared.lent < wanted) {
      auto encoder = codecs_.make_encoder(SpecOf(static_cast<Rung>(r)).audio_rate);
      if (!encoder) return tl::unexpected(std::move(encoder.error()));
      if (!shared.encoder) {
        shared.encoder = std::move(*encoder);
      } else {
        shared.spare.push_back(std::move(*encoder));
      }
    }
  }
  return {};
}

void AudioMixer::Insert(ParticipantId participant, const AudioPacket& packet) {
  Member* member = Find(participant);
  if (member && member->voice) member->voice->Insert(packet);
}

void AudioMixer::Tick(int64_t tick, Timestamp now, AudioMixSink& sink) {
  last_tick_ = now;
  PullVoices(now);
  talkers_.Update(levels_);
  Sum();
  for (const auto& member : members_) {
    if (!KeepsPrivate(*member) && member->encoder) GoShared(*member);
  }
  for (const auto& member : members_) {
    if (member->encoder) EncodePrivate(*member, tick, sink);
  }
  EncodeShared(tick, sink);
}

void AudioMixer::PullVoices(Timestamp now) {
  size_t i = 0;
  for (const auto& member : members_) {
    if (!member->voice) continue;
    member->voice->Pull(now, member->frame);
    levels_[i++].dbfs = member->voice->level_dbfs();
  }
}

// Voices enter and leave the sum on a ramp, for they may be chosen or dropped in mid-word.
void AudioMixer::Sum() {
  sum_ = tail_;
  tail_.fill(0);
  for (const auto& member : members_) {
    if (!member->voice) continue;
    const bool mixed = talkers_.IsTalker(member->participant);
    member->summed = mixed || member->mixed;
    if (mixed && !member->mixed) Scale(member->frame, FadeInGain);
    if (!mixed && member->mixed) Scale(member->frame, FadeOutGain);
    member->mixed = mixed;
    if (member->summed) Add(member->frame, sum_);
  }
}

bool AudioMixer::KeepsPrivate(Member& member) {
  if (!Hears(member)) {
    member.private_ticks = 0;
  } else if (member.summed) {
    member.private_ticks = kPrivateHangoverTicks;
  } else if (member.private_ticks > 0) {
    --member.private_ticks;
  }
  if (member.private_ticks == 0) return false;
  return member.encoder || GoPrivate(member);
}

// At this point the shared limiter and encoder are as the last tick left them: exactly what this
// listener has heard.
bool AudioMixer::GoPrivate(Member& member) {
  Shared& shared = SharedOf(member);
  if (!shared.encoder) return false;
  if (shared.spare.empty()) TakeFromHangover(member.rung);
  if (shared.spare.empty()) return false;
  member.encoder = std::move(shared.spare.back());
  shared.spare.pop_back();
  ++shared.lent;
  member.limiter = limiter_;
  if (!member.encoder->ContinueFrom(*shared.encoder)) {
    // The next best: it begins with the last 20 ms that he heard, which nobody receives.
    static_cast<void>(member.encoder->Encode(heard_, payload_));
  }
  return true;
}

// More people came and went within the hangover than there are encoders: the one who has been
// silent for longest goes back to the shared mix early.
void AudioMixer::TakeFromHangover(Rung rung) {
  Member* longest = nullptr;
  for (const auto& member : members_) {
    if (member->rung != rung || !member->encoder || member->summed) continue;
    if (!longest || member->private_ticks < longest->private_ticks) longest = member.get();
  }
  if (longest) GoShared(*longest);
}

void AudioMixer::GoShared(Member& member) {
  Shared& shared = SharedOf(member);
  // Where nobody has listened to the shared mix, it can carry on with what this one has heard. Else
  // its encoder must not lean on what his decoder doesn't know.
  if (!shared.heard && Hears(member)) {
    shared.heard = shared.encoder->ContinueFrom(*member.encoder).has_value();
  } else if (Hears(member)) {
    shared.encoder->DecoupleNext();
  }
  ReturnEncoder(member);
}

void AudioMixer::ReturnEncoder(Member& member) {
  member.private_ticks = 0;
  if (!member.encoder) return;
  Shared& shared = SharedOf(member);
  shared.spare.push_back(std::move(member.encoder));
  --shared.lent;
}

void AudioMixer::EncodePrivate(Member& member, int64_t tick, AudioMixSink& sink) {
  const AudioSum* heard = &sum_;
  if (member.summed) {
    for (size_t i = 0; i < kSamplesPerTick; ++i) others_[i] = sum_[i] - member.frame[i];
    heard = &others_;
  }
  AudioFrame mix;
  member.limiter.Process(*heard, mix);
  const auto opus = member.encoder->Encode(mix, payload_);
  if (!opus) {
    probe_.encode_errors.Add();
    return;
  }
  probe_.private_encodes.Add();
  sink.OnPrivateAudio(member.participant, member.rung, tick, *opus);
}

void AudioMixer::EncodeShared(int64_t tick, AudioMixSink& sink) {
  limiter_.Process(sum_, heard_);
  for (size_t r = 0; r < shared_.size(); ++r) {
    Shared& shared = shared_[r];
    const Rung rung = static_cast<Rung>(r);
    shared.heard = rungs_[r] && shared.encoder &&
                   std::any_of(members_.begin(), members_.end(), [rung](const auto& member) {
                     return member->rung == rung && !member->encoder;
                   });
    if (!shared.heard) continue;
    const auto opus = shared.encoder->Encode(heard_, payload_);
    if (!opus) {
      probe_.encode_errors.Add();
      continue;
    }
    probe_.shared_encodes[r].Add();
    sink.OnSharedAudio(rung, tick, *opus);
  }
}

}  // namespace continuo
