// Server-sent events (WHATWG HTML, 9.2) as text: how one is written, and how a stream of them is read again. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace net {

// One event. `id` and `data` hold no line break; an empty id is left out, which leaves the reader's place as it is.
std::string event_text(std::string_view name, std::string_view id, std::string_view data);
// Nothing but a sign of life.
constexpr std::string_view event_comment = ":\n\n";

// What came of a stream, in whatever pieces it comes. One thread.
class EventReader {
 public:
  struct Event {
    std::string name, id, data;  // id: the last one that was given
  };
  // A line longer than this is no event of ours.
  static constexpr std::size_t longest_line = 1u << 20;

  // Calls `take` for each event that is whole now. False: a line is too long, or `take` answered so; nothing more is to
  // be fed then.
  bool feed(std::string_view bytes, const std::function<bool(const Event&)>& take);

 private:
  void line(std::string_view text);

  std::string rest_;  // of a line that is not whole yet
  Event event_;
  bool has_data_ = false;
};

}  // namespace net
