#include "media/nginx_stat.h"

#include <pugixml.hpp>

#include "base/format.h"
#include "base/text.h"
#include "media/shown.h"

namespace media {
namespace {

using base::Error;
using base::format;

constexpr std::size_t largest_page = 4u << 20;

double number(const pugi::xml_node& parent, const char* child) {
  const auto value = base::to_double(base::trim(parent.child(child).child_value()));
  return value && *value > 0 && *value < 1e15 ? *value : 0;
}

int small_number(const pugi::xml_node& parent, const char* child) {
  const double value = number(parent, child);
  return value < 1e6 ? static_cast<int>(value) : 0;
}

LiveStream read_stream(const pugi::xml_node& node, const std::string& application) {
  LiveStream out;
  out.application = application;
  out.key = shown(base::trim(node.child("name").child_value()), 1024);  // whoever publishes chose it
  out.bitrate_in = units::BitsPerSecond(number(node, "bw_in"));
  out.bitrate_out = units::BitsPerSecond(number(node, "bw_out"));
  out.bytes_in = units::Bytes(number(node, "bytes_in"));
  out.bytes_out = units::Bytes(number(node, "bytes_out"));
  out.age = units::Seconds(number(node, "time") / 1000);
  out.clients = small_number(node, "nclients");
  const auto video = node.child("meta").child("video");
  out.video_codec = shown(base::trim(video.child("codec").child_value()), 32);
  out.picture = {small_number(video, "width"), small_number(video, "height")};
  out.rate = units::Hertz(number(video, "frame_rate"));
  if (node.child("publishing")) out.state = LiveStream::State::publishing;
  return out;
}

}  // namespace

base::Result<std::vector<LiveStream>> parse_nginx_stat(std::string_view xml) {
  if (xml.size() > largest_page)
    return Error::invalid(format("the statistics page has {} bytes; at most {} are read", xml.size(), largest_page));
  // pugixml knows no entities but XML's own five, opens nothing, and parses in a loop, so neither entities nor deep
  // nesting can do harm; and we descend along fixed names only.
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed)
    return Error::invalid(format("the statistics page is no XML: {} at byte {}", parsed.description(), parsed.offset));
  const auto root = document.child("rtmp");
  if (!root || !root.child("nginx_rtmp_version"))
    return Error::invalid("this is not the statistics page of nginx-rtmp; it needs 'rtmp_stat all;' at that address");

  std::vector<LiveStream> out;
  for (const auto& server : root.children("server"))
    for (const auto& application : server.children("application")) {
      const std::string name = shown(base::trim(application.child("name").child_value()), 256);
      for (const auto& stream : application.child("live").children("stream")) out.push_back(read_stream(stream, name));
    }
  return out;
}

}  // namespace media
