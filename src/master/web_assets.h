// The dashboard's files, as web/build.mjs has put them into the program: named by their content, and pressed already.
// Any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace master {

struct WebAsset {
  struct Form {
    const char* bytes = nullptr;
    std::size_t size = 0;
    std::string_view text() const { return {bytes, size}; }
  };
  std::string_view name, type;
  std::string_view tag;  // of its content, for ETag
  Form plain, gzip, brotli;
};

// "index.html" is the page, whatever the address below /ui. Empty in a build without the dashboard.
std::span<const WebAsset> web_assets();

}  // namespace master
