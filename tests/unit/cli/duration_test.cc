// SPDX-License-Identifier: Apache-2.0
#include "cli/duration.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(ParseDuration, ReadsWhatPeopleType) {
  EXPECT_EQ(*ParseDuration("90s"), TimeDelta::Seconds(90));
  EXPECT_EQ(*ParseDuration("45m"), TimeDelta::Seconds(45 * 60));
  EXPECT_EQ(*ParseDuration("8h"), TimeDelta::Seconds(8 * 3600));
  EXPECT_EQ(*ParseDuration("1d12h"), TimeDelta::Seconds(36 * 3600));
  EXPECT_EQ(*ParseDuration("2w"), TimeDelta::Seconds(14 * 24 * 3600));
}

TEST(ParseDuration, RefusesWhatCouldMeanAnything) {
  for (const char* text : {"", "0s", "8", "h", "-1h", "8 h", "1h1d", "1h1h", "1.5h", "8H", "8hx",
                           "99999999999999999999s", "9223372036854775807w"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

}  // namespace
}  // namespace continuo
