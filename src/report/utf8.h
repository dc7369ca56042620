// One character of UTF-8 at a time, for text that came from outside and may be anything.
#pragma once

#include <cstddef>
#include <string_view>

namespace report {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  enum class Kind {
    visible,
    control,  // C0, C1, DEL, and the marks that reorder or hide text around them: never shown as they are
    broken,   // no UTF-8
  } kind = Kind::visible;
};

// The first character of a text that is not empty.
Character first_character(std::string_view text);

// Columns of a terminal that it takes: 2 for East Asian wide characters and emoji, else 1. A combining mark counts as 1
// too: a line may end early, never late.
int columns_of(const Character& character);

}  // namespace report
