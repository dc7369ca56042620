// The form of what a spec reads from and writes to. ffmpeg takes far more than files (URLs, concat:, pipe:, patterns),
// so only plain paths and plain RTMP addresses get through. Pure; nothing is opened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace media {

// Why a text is not the path of a file: "/folder/a.mp4", or "media:/folder/a.mp4" below a root of the node.
std::optional<std::string> path_fault(std::string_view path);

// Why a text is neither such a path nor http[s]://host[:port]/path. User names are refused, as below; whether the
// address may be reached is for the node to say.
std::optional<std::string> input_fault(std::string_view input);
bool is_web_address(std::string_view input);
// "media" of "media:/folder/a.mp4"; empty of an absolute path and of an address.
std::string root_of_path(std::string_view path);

// Why a text is not rtmp://host[:port]/app/key. User names are refused (they would show in logs), and so is everything
// that librtmp would read as an option of its own, above all blanks.
std::optional<std::string> rtmp_url_fault(std::string_view url);

}  // namespace media
