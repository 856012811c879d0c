// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/printable_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace continuo {
namespace {

TEST(PrintableText, LeavesGoodTextAlone) {
  for (const std::string_view text : {"", "Intel iHD driver - 23.1.1", "café \xf0\x9f\x98\x80",
                                      "\xef\xbf\xbf \xf4\x8f\xbf\xbf \xc2\xa0"}) {
    EXPECT_EQ(PrintableText(text), text);
  }
}

TEST(PrintableText, ShowsNothingThatATerminalObeys) {
  EXPECT_EQ(PrintableText("\x1b[31mred\n\r\t\x7f"), "?[31mred????");
  EXPECT_EQ(PrintableText("\xc2\x80\xc2\x9b\xc2\x9f"), "???");  // C1: a CSI in two bytes
  EXPECT_EQ(PrintableText(std::string_view("a\0b", 3)), "a?b");
}

TEST(PrintableText, ShowsAQuestionMarkForEachByteThatIsNoText) {
  EXPECT_EQ(PrintableText("\xff\xfe"), "??");
  EXPECT_EQ(PrintableText("\x80"), "?");
  EXPECT_EQ(PrintableText("\xc0\xaf"), "??");       // '/' in two bytes
  EXPECT_EQ(PrintableText("\xe0\x80\xaf"), "???");  // and in three
  EXPECT_EQ(PrintableText("\xf0\x80\x80\xaf"), "????");
  EXPECT_EQ(PrintableText("\xed\xa0\x80"), "???");       // half of a surrogate pair
  EXPECT_EQ(PrintableText("\xf4\x90\x80\x80"), "????");  // beyond U+10FFFF
  EXPECT_EQ(PrintableText("\xf5\x80\x80\x80"), "????");
  EXPECT_EQ(PrintableText("\xe2\x82"), "??");  // the end is missing
  EXPECT_EQ(PrintableText("\xe2\x82x"), "??x");
}

TEST(PrintableText, EndsBetweenCharacters) {
  EXPECT_EQ(PrintableText("abcdef", 4), "abcd");
  EXPECT_EQ(PrintableText("abc\xc3\xa9", 4), "abc");
  EXPECT_EQ(PrintableText("abc\xc3\xa9", 5), "abc\xc3\xa9");
  EXPECT_EQ(PrintableText("abc", 0), "");
  EXPECT_EQ(PrintableText(std::string(1000, 'x')).size(), 300u);
}

}  // namespace
}  // namespace continuo
