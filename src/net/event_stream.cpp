#include "net/event_stream.h"

namespace net {

std::string event_text(std::string_view name, std::string_view id, std::string_view data) {
  std::string text;
  text.reserve(name.size() + id.size() + data.size() + 24);
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
  return text;
}

bool EventReader::feed(std::string_view bytes, const std::function<bool(const Event&)>& take) {
  rest_.append(bytes);
  std::size_t from = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
    std::string_view one(rest_.data() + from, end - from);
    if (one.ends_with('\r')) one.remove_suffix(1);
    from = end + 1;
    if (!one.empty()) {
      line(one);
      continue;
    }
    const bool whole = has_data_;
    has_data_ = false;
    if (whole && !take(event_)) return false;
    event_.name.clear();
    event_.data.clear();
  }
  rest_.erase(0, from);
  return rest_.size() <= longest_line;
}

void EventReader::line(std::string_view text) {
  const auto colon = text.find(':');
  const auto field = text.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    event_.name = value;
  } else if (field == "id") {
    event_.id = value;
  } else if (field == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }
}

}  // namespace net
