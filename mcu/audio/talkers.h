// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.h"

namespace continuo {

struct VoiceLevel {
  ParticipantId participant;
  float dbfs = 0.0f;
};

// Decides who is mixed in a tick and who is the active speaker. A talker is someone above the gate,
// or who was within the last half second; of these the kMaxTalkers loudest, where whoever is
// already mixed keeps his place until another is clearly louder. The active speaker keeps his for
// two seconds at least, and is only replaced by somebody who goes on talking: a cough doesn't
// switch. Fed by the mixer once a tick. Allocates only when the roster changes.
class Talkers {
 public:
  static constexpr size_t kMaxTalkers = 4;

  // Everybody who sends sound, in an order that stays while nobody comes or goes.
  void Update(std::span<const VoiceLevel> levels);

  // At most kMaxTalkers, in the order given to Update.
  std::span<const ParticipantId> current() const { return current_; }
  bool IsTalker(ParticipantId participant) const;
  std::optional<ParticipantId> active_speaker() const { return active_; }

 private:
  struct Person {
    ParticipantId participant;
    float dbfs = 0.0f;
    int hangover = 0;  // ticks for which he still counts as talking
    int talking = 0;   // ticks for which he has been talking, pauses included
    bool mixed = false;
    bool chosen = false;  // to be mixed in this tick
  };

  void FollowRoster(std::span<const VoiceLevel> levels);
  void Gate(Person& person, float dbfs) const;
  void ChooseLoudest();
  void ChooseActive();

  std::vector<Person> people_;
  std::vector<ParticipantId> current_;
  std::optional<ParticipantId> active_;
  int hold_ = 0;  // ticks for which the active speaker stays
};

}  // namespace continuo
