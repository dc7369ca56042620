// Films of known content for the tests of this folder, made by the installed ffmpeg without loss where nothing else is
// said: a moving pattern whose frames all differ.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/format.h"
#include "media/encoders.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "quality/compare.h"

namespace quality {

class Films : public testing::Test {
 protected:
  os::Host& host() { return real_.host(); }
  const media::Ffmpeg& ffmpeg() {
    static const media::Ffmpeg found =
        *media::find_ffmpeg(host(), "ffmpeg", {{"PATH", "/usr/local/bin:/usr/bin:/bin"}});
    return found;
  }
  os::Path path(std::string_view name) const { return folder_ / name; }

  os::Path made(std::string_view name, std::vector<std::string> words) {
    os::SpawnSpec spawn;
    spawn.program = ffmpeg().ffmpeg;
    spawn.arguments = {"-v", "error", "-nostdin", "-y"};
    spawn.arguments.insert(spawn.arguments.end(), words.begin(), words.end());
    spawn.arguments.push_back(path(name).string());
    spawn.environment = {{"PATH", "/usr/bin:/bin"}};
    const auto output = os::run_and_collect(host().processes, host().clock, std::move(spawn), units::Seconds(120));
    EXPECT_TRUE(output.ok() && output->status.success()) << name << ": " << (output ? output->err : "");
    return path(name);
  }
  // 40 frames of 128x96 at 20 fps, unless told otherwise; `filter` comes after the source.
  os::Path pattern(std::string_view name, std::string_view filter = "null",
                   std::string_view source = "testsrc2=size=128x96:rate=20:duration=2",
                   std::vector<std::string> encoder = {"-c:v", "ffv1"}) {
    std::vector<std::string> words{"-f", "lavfi", "-i", base::format("{},format=yuv420p,{}", source, filter)};
    words.insert(words.end(), encoder.begin(), encoder.end());
    return made(name, words);
  }
  os::Path copy(std::string_view name, const os::Path& of, std::string_view filter,
                std::vector<std::string> encoder = {"-c:v", "ffv1"}) {
    std::vector<std::string> words{"-i", of.string(), "-vf", std::string(filter), "-vsync", "passthrough"};
    words.insert(words.end(), encoder.begin(), encoder.end());
    return made(name, words);
  }

  base::Result<Comparison> compared(const os::Path& reference, const os::Path& distorted,
                                    std::vector<media::Metric> metrics = {media::Metric::psnr},
                                    Request::Align align = Request::Align::by_picture) {
    return compare(host(), ffmpeg(),
                   {.reference = reference, .distorted = distorted, .metrics = std::move(metrics), .align = align});
  }
  Comparison good(const os::Path& reference, const os::Path& distorted,
                  std::vector<media::Metric> metrics = {media::Metric::psnr},
                  Request::Align align = Request::Align::by_picture) {
    auto found = compared(reference, distorted, std::move(metrics), align);
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().text());
    return found ? *std::move(found) : Comparison{};
  }
  base::Error bad(const os::Path& reference, const os::Path& distorted) {
    const auto found = compared(reference, distorted);
    EXPECT_FALSE(found.ok());
    return found ? base::Error::failed("") : found.error();
  }

  os::RealHost real_;
  os_testing::TemporaryFolder folder_;
};

}  // namespace quality
