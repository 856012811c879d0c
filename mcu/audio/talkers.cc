// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/talkers.h"

#include <algorithm>

namespace continuo {
namespace {

constexpr float kOpenDbfs = -50.0f;
constexpr float kCloseDbfs = -56.0f;
constexpr int kHangoverTicks = 25;     // 500 ms
constexpr float kStickinessDb = 6.0f;  // how much louder a newcomer must be
constexpr int kHoldTicks = 100;        // 2 s
constexpr int kSustainedTicks = 40;    // 800 ms: 300 of sound and the hangover is a cough

}  // namespace

void Talkers::Update(std::span<const VoiceLevel> levels) {
  FollowRoster(levels);
  for (size_t i = 0; i < levels.size(); ++i) Gate(people_[i], levels[i].dbfs);
  ChooseLoudest();
  ChooseActive();
}

bool Talkers::IsTalker(ParticipantId participant) const {
  return std::find(current_.begin(), current_.end(), participant) != current_.end();
}

void Talkers::FollowRoster(std::span<const VoiceLevel> levels) {
  const bool same = std::equal(
      levels.begin(), levels.end(), people_.begin(), people_.end(),
      [](const VoiceLevel& l, const Person& p) { return l.participant == p.participant; });
  if (same) return;
  std::vector<Person> people;
  people.reserve(levels.size());
  for (const VoiceLevel& level : levels) {
    const auto known = std::find_if(people_.begin(), people_.end(), [&](const Person& p) {
      return p.participant == level.participant;
    });
    people.push_back(known != people_.end() ? *known : Person{.participant = level.participant});
  }
  people_ = std::move(people);
  current_.reserve(kMaxTalkers);
}

void Talkers::Gate(Person& person, float dbfs) const {
  person.dbfs = dbfs;
  const bool loud = dbfs >= (person.hangover > 0 ? kCloseDbfs : kOpenDbfs);
  if (loud) {
    person.hangover = kHangoverTicks;
  } else if (person.hangover > 0) {
    --person.hangover;
  }
  person.talking = person.hangover > 0 ? person.talking + 1 : 0;
}

// kMaxTalkers times the loudest of the rest: cheaper than sorting, and needs no memory.
void Talkers::ChooseLoudest() {
  const auto score = [](const Person& p) { return p.dbfs + (p.mixed ? kStickinessDb : 0.0f); };
  for (Person& person : people_) person.chosen = false;
  for (size_t n = 0; n < kMaxTalkers; ++n) {
    Person* best = nullptr;
    for (Person& person : people_) {
      if (person.chosen || person.hangover == 0) continue;
      if (!best || score(person) > score(*best)) best = &person;
    }
    if (!best) break;
    best->chosen = true;
  }
  current_.clear();
  for (Person& person : people_) {
    person.mixed = person.chosen;
    if (person.mixed) current_.push_back(person.participant);
  }
}

void Talkers::ChooseActive() {
  if (hold_ > 0) --hold_;
  const Person* active = nullptr;
  const Person* loudest = nullptr;
  for (const Person& person : people_) {
    if (person.participant == active_) active = &person;
    if (person.mixed && (!loudest || person.dbfs > loudest->dbfs)) loudest = &person;
  }
  if (!active) active_.reset();
  if (!loudest || loudest == active) return;
  const bool gone_on = loudest->talking >= kSustainedTicks;
  const bool clearly_louder =
      !active || !active->mixed || loudest->dbfs > active->dbfs + kStickinessDb;
  if (active && (hold_ > 0 || !gone_on || !clearly_louder)) return;
  active_ = loudest->participant;
  hold_ = kHoldTicks;
}

}  // namespace continuo
