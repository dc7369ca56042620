// The page's style sheet.
#pragma once

#include <string_view>

namespace report {

std::string_view html_style();

}  // namespace report
