#include "relay/rtmp_names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace relay {
namespace {

// Types of messages.
constexpr char kSetChunkSize = 1, kAbort = 2, kCommand = 20;
// A command of ffmpeg has some hundred bytes; a chunk of ffmpeg or of a server's wish at most some KiB.
constexpr std::uint32_t kLongestCommand = 64u << 10, kLongestChunk = 4u << 20;
constexpr std::size_t kMostChannels = 64;
constexpr std::uint32_t kExtended = 0xffffff;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t out = 0;
  for (const char byte : bytes) out = out << 8 | static_cast<unsigned char>(byte);
  return out;
}

void put(std::string& out, std::uint32_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i));
}

// The values of a command, one behind the other.
class Amf {
 public:
  explicit Amf(std::string_view bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t place() const { return at_; }
  // The value at this place is left behind; its text where it is one. False: it cannot be read.
  bool skip(std::optional<std::string_view>& text, int depth = 0) {
    std::string_view kind, part;
    if (!take(1, kind) || depth > 8) return false;
    switch (kind[0]) {
      case 0:  // number
        return take(8, part);
      case 1:  // boolean
        return take(1, part);
      case 2:  // string
        if (!take_counted(2, part)) return false;
        text = part;
        return true;
      case 3:  // object
        return skip_members(depth);
      case 5:  // null
      case 6:  // undefined
        return true;
      case 8:  // array with names; its count is only a hint
        return take(4, part) && skip_members(depth);
      default:  // no command of a client has others
        return false;
    }
  }

 private:
  bool take(std::size_t count, std::string_view& part) {
    if (bytes_.size() - at_ < count) return false;
    part = bytes_.substr(at_, count);
    at_ += count;
    return true;
  }
  bool take_counted(std::size_t digits, std::string_view& part) {
    return take(digits, part) && take(big_endian(part), part);
  }
  bool skip_members(int depth) {
    for (;;) {
      std::string_view name, end;
      std::optional<std::string_view> text;
      if (!take_counted(2, name)) return false;
      if (name.empty()) return take(1, end) && end[0] == 9;
      if (!skip(text, depth + 1)) return false;
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

RtmpPath parts_of_rtmp(std::string_view rest) {
  const auto query = std::min(rest.find('?'), rest.size());
  const auto path = rest.substr(0, query);
  if (!path.starts_with('/')) return {};
  const auto first = path.find('/', 1);
  if (first == path.npos) return {std::string(path.substr(1)), {}};
  const auto second = path.find('/', first + 1);
  const auto end = second == path.npos ? first : second;
  return {std::string(path.substr(1, end - 1)), std::string(rest.substr(end + 1))};
}

std::string RtmpNames::renamed(std::string_view command) const {
  std::string out;
  Amf values(command);
  while (!values.at_end()) {
    const auto begin = values.place();
    std::optional<std::string_view> text;
    if (!values.skip(text)) return out += command.substr(begin);  // as it came: it names no stream that we know
    if (text == stand_in_) {
      out += '\x02';
      put(out, static_cast<std::uint32_t>(name_.size()), 2);
      out += name_;
    } else {
      out += command.substr(begin, values.place() - begin);
    }
  }
  return out;
}

base::Result<std::string> RtmpNames::feed(std::string_view bytes) {
  std::string out;
  const auto greeting = std::min(handshake_, bytes.size());
  out += bytes.substr(0, greeting);
  handshake_ -= greeting;
  waiting_ += bytes.substr(greeting);
  std::size_t done = 0;
  for (;;) {
    FFWATT_TRY(const auto size, take_chunk(std::string_view(waiting_).substr(done), out));
    if (size == 0) break;
    done += size;
  }
  waiting_.erase(0, done);
  return out;
}

base::Result<std::size_t> RtmpNames::take_chunk(std::string_view all, std::string& out) {
  if (all.empty()) return std::size_t{0};
  const int format = static_cast<unsigned char>(all[0]) >> 6;
  std::uint32_t id = static_cast<unsigned char>(all[0]) & 63;
  std::size_t basic = 1;
  if (id < 2) {
    basic = id == 0 ? 2 : 3;
    if (all.size() < basic) return std::size_t{0};
    id = 64 + static_cast<unsigned char>(all[1]) + (basic == 3 ? 256u * static_cast<unsigned char>(all[2]) : 0u);
  }
  static constexpr std::array<std::size_t, 4> sizes{11, 7, 3, 0};
  const auto header = sizes[static_cast<std::size_t>(format)];
  if (all.size() < basic + header) return std::size_t{0};
  const auto known = channels_.find(id);
  if (known == channels_.end() && (format != 0 || channels_.size() >= kMostChannels))
    return base::Error::invalid("the stream is not RTMP");
  Channel next = known == channels_.end() ? Channel{} : known->second;
  const bool begins = next.received == 0;
  if (!begins && format != 3) return base::Error::invalid("the stream is not RTMP: a message begins within another");

  const auto fields = all.substr(basic, header);
  if (format < 3) next.time = big_endian(fields.substr(0, 3)), next.extended = next.time == kExtended;
  if (format < 2) next.length = big_endian(fields.substr(3, 3)), next.type = fields[6];
  const std::size_t head = basic + header + (next.extended ? 4 : 0);
  const std::size_t size = std::min(next.length - next.received, chunk_size_);
  if (all.size() < head + size) return std::size_t{0};

  const bool is_command = next.type == kCommand;
  if (is_command && next.length > kLongestCommand)
    return base::Error::invalid("the stream is not RTMP: a command is too long");
  if (begins && is_command) next.head = all.substr(0, head);
  if (!is_command) {
    if (begins && format >= 2 && next.differs) {
      // The length that stays the same for the client is another one for the server: it is said.
      out += static_cast<char>((static_cast<unsigned char>(all[0]) & 63) | 0x40);
      out += all.substr(1, basic - 1);
      put(out, next.time, 3), put(out, next.length, 3);
      out += next.type;
      out += all.substr(basic + header, head - basic - header);
      next.differs = false;
      out += all.substr(head, size);
    } else {
      if (begins && format < 2) next.differs = false;
      out += all.substr(0, head + size);
    }
  }
  if (is_command || next.type == kSetChunkSize || next.type == kAbort) next.message += all.substr(head, size);
  next.received += static_cast<std::uint32_t>(size);
  auto& channel = channels_[id] = std::move(next);
  if (channel.received == channel.length) FFWATT_CHECK(finish(channel, out));
  return head + size;
}

base::Result<void> RtmpNames::finish(Channel& channel, std::string& out) {
  const auto message = std::exchange(channel.message, {});
  channel.received = 0;
  if (channel.type == kSetChunkSize) {
    chunk_size_ = message.size() == 4 ? big_endian(message) : 0;
    if (chunk_size_ == 0 || chunk_size_ > kLongestChunk)
      return base::Error::invalid("the stream is not RTMP: its chunks have no size");
  }
  if (channel.type == kAbort && message.size() == 4)
    if (const auto ended = channels_.find(big_endian(message)); ended != channels_.end())
      ended->second.received = 0, ended->second.message.clear();
  if (channel.type != kCommand) return {};

  const auto command = renamed(message);
  // The header as the client sent it, but that it always says its length.
  const auto first = static_cast<unsigned char>(channel.head[0]);
  const std::size_t basic = (first & 63) == 0 ? 2 : (first & 63) == 1 ? 3 : 1;
  const std::string names = channel.head.substr(1, basic - 1);
  const std::string time = channel.extended ? channel.head.substr(channel.head.size() - 4) : "";
  const bool whole = first >> 6 == 0;
  out += static_cast<char>((first & 63) | (whole ? 0 : 0x40));
  out += names;
  put(out, channel.time, 3), put(out, static_cast<std::uint32_t>(command.size()), 3);
  out += channel.type;
  if (whole) out += channel.head.substr(basic + 7, 4);
  out += time;
  for (std::size_t at = 0; at < command.size(); at += chunk_size_) {
    if (at > 0) out += static_cast<char>((first & 63) | 0xc0), out += names, out += time;
    out += command.substr(at, chunk_size_);
  }
  channel.differs = command.size() != channel.length;
  return {};
}

}  // namespace relay
