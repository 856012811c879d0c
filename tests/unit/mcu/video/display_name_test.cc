// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/display_name.h"

#include <gtest/gtest.h>

#include <string>

namespace continuo {
namespace {

TEST(DisplayName, LeavesNamesOfAnyScriptAsTheyAre) {
  for (const char* name :
       {"Hélène Dupré", "Ольга Иванова", "محمد الأمين", "佐藤 花子", "Nguyễn Văn Á",
        "O'Brien-Łukasz", "علی‌رضا", "क्षितिज", "Zoë 2"}) {
    EXPECT_EQ(DisplayName(name), name);
  }
}

TEST(DisplayName, DropsWhatWouldChangeTheNeighbours) {
  EXPECT_EQ(DisplayName("Alice\u202Ebob\u202C"), "Alicebob");
  EXPECT_EQ(DisplayName("\u2066Al\u2069ice\u200F"), "Alice");
  EXPECT_EQ(DisplayName("Al\u200Bi\uFEFFce\u00AD"), "Alice");
  EXPECT_EQ(DisplayName("Ali\x1B[31mce\x7F"), "Ali[31mce");
  EXPECT_EQ(DisplayName(std::string("Ali\0ce", 6)), "Alice");
  EXPECT_EQ(DisplayName("Alice\U000E0041\U000E007F"), "Alice");
}

TEST(DisplayName, KeepsOneLineWithSingleSpaces) {
  EXPECT_EQ(DisplayName("  Alice \t\r\n  Martin\u2028\u2029 "), "Alice Martin");
  EXPECT_EQ(DisplayName(" \n\t "), "");
  EXPECT_EQ(DisplayName(""), "");
}

TEST(DisplayName, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(DisplayName("Ali\xFF"
                        "ce"),
            "Ali\uFFFDce");
  // An overlong slash, a surrogate, and the beginning of a code point.
  EXPECT_EQ(DisplayName("\xC0\xAF"), "\uFFFD\uFFFD");
  EXPECT_EQ(DisplayName("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(DisplayName("Al\xC3"), "Al\uFFFD");
}

TEST(DisplayName, IsBoundedInBytesAndInCharacters) {
  EXPECT_EQ(DisplayName(std::string(1000, 'a')), std::string(64, 'a'));
  EXPECT_EQ(DisplayName(std::string(63, 'a') + " b"), std::string(63, 'a'));
  EXPECT_EQ(DisplayName(std::string(62, 'a') + " b"), std::string(62, 'a') + " b");
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "花";
  const std::string shown = DisplayName(wide);
  EXPECT_EQ(shown.size(), 126U) << "42 whole characters of three bytes";
  EXPECT_EQ(shown.find("\uFFFD"), std::string::npos);
}

TEST(DisplayName, TakesAnyBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string name{static_cast<char>(first), static_cast<char>(second), 'x'};
      const std::string shown = DisplayName(name);
      EXPECT_FALSE(shown.empty()) << first << ' ' << second;
      EXPECT_EQ(DisplayName(shown), shown) << "twice is as once: " << first << ' ' << second;
    }
  }
}

TEST(InitialsOf, TakesTheFirstAndTheLastWord) {
  EXPECT_EQ(InitialsOf("Hélène Dupré"), "HD");
  EXPECT_EQ(InitialsOf("maria de la cruz"), "MC");
  EXPECT_EQ(InitialsOf("Élodie"), "É");
  EXPECT_EQ(InitialsOf("ольга иванова"), "ОИ");
  EXPECT_EQ(InitialsOf("佐藤 花子"), "佐花");
  EXPECT_EQ(InitialsOf("(Dr) Émile \"Zola\""), "DZ");
  EXPECT_EQ(InitialsOf("E\u0301milie"), "E\u0301") << "the accent of a decomposed name stays";
}

TEST(InitialsOf, DoesNotMakeAWordOfThem) {
  EXPECT_EQ(InitialsOf("محمد الأمين"), "م\u200Cا");
  EXPECT_EQ(InitialsOf("محمد"), "م");
}

TEST(InitialsOf, HasSomethingToShowForEverybody) {
  EXPECT_EQ(InitialsOf(""), "?");
  EXPECT_EQ(InitialsOf("... !"), "?");
  EXPECT_EQ(InitialsOf("\uFFFD"), "?");
  EXPECT_EQ(InitialsOf("4 oui"), "4O");
}

}  // namespace
}  // namespace continuo
