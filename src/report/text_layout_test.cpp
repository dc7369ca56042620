#include "report/text_layout.h"

#include <gtest/gtest.h>

namespace report {
namespace {

constexpr auto ascii = Style::Symbols::ascii, unicode = Style::Symbols::unicode;

TEST(TextLayout, TextFromOutsideCannotSteerTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\td", unicode), "a?[2Jb c d");
  EXPECT_EQ(printable("good\xe2\x80\xae"
                      "4pm",
                      unicode),
            "good?4pm")
      << "a mark that turns the writing direction";
  EXPECT_EQ(printable("\xff\xc3", unicode), "??");
  EXPECT_EQ(printable("\xed\xa0\x80\xc0\x80", unicode), "?????") << "halves of surrogate pairs and overlong forms";
}

TEST(TextLayout, WithoutUnicodeEachSignHasAStandIn) {
  EXPECT_EQ(printable("412.6 J ± 9.1 · 10.8× …", ascii), "412.6 J +- 9.1 - 10.8x ...");
  EXPECT_EQ(printable("café", ascii), "caf?");
}

TEST(TextLayout, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(width("abc±"), 4u);
  EXPECT_EQ(width("視頻"), 4u);
  EXPECT_EQ(cut("視頻視頻", 5, unicode), "視頻…");
}

TEST(TextLayout, LinesBreakAtBlanksAndInsideAWordOnlyWhereItIsLongerThanALine) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two  three", 7, 5), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefghij k", 4, 4), (Lines{"abcd", "efgh", "ij k"}));
  EXPECT_EQ(wrap("", 4, 4), Lines{""});
}

TEST(TextLayout, CutTextSaysSo) {
  EXPECT_EQ(cut("abcdef", 6, unicode), "abcdef");
  EXPECT_EQ(cut("abcdef", 4, unicode), "abc…");
  EXPECT_EQ(cut("abcdef", 5, ascii), "ab...");
}

TEST(TextLayout, ColourIsAddedOnlyWhereItIsWanted) {
  EXPECT_EQ(paint("x", Paint::yellow, {.color = Style::Color::yes}), "\x1b[33mx\x1b[0m");
  EXPECT_EQ(paint("x", Paint::yellow, {}), "x");
}

}  // namespace
}  // namespace report
