#include "relay/control.h"

#include <errno.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/format.h"

namespace relay {
namespace {

constexpr std::string_view kFault = "fault ";
struct Word {
  Fault::Of of;
  std::string_view word;
};
constexpr std::array kWords{Word{Fault::Of::parameters, "parameters "}, Word{Fault::Of::input, "input "},
                            Word{Fault::Of::network, "network "}};

}  // namespace

bool ControlReader::receive(int flags) {
  std::array<char, 8192> bytes;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostListeners)> room{};
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = room.data(), message.msg_controllen = room.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC | flags);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  std::vector<os::Descriptor> batch;
  for (auto* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    std::array<int, kMostListeners> numbers{};
    const auto size = std::min(sizeof numbers, header->cmsg_len - CMSG_LEN(0));
    std::memcpy(numbers.data(), CMSG_DATA(header), size);
    for (std::size_t i = 0; i < size / sizeof(int); ++i) batch.emplace_back(numbers[i]);
  }
  // A message with descriptors is never read together with bytes of another one; its own byte says nothing.
  if (!batch.empty())
    batches_.push_back(std::move(batch));
  else
    text_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<ControlReader::Message> ControlReader::next() {
  for (;;) {
    if (const auto end = text_.find('\n'); end != text_.npos) {
      Message out{text_.substr(0, end), {}};
      text_.erase(0, end + 1);
      return out;
    }
    if (!batches_.empty()) {
      Message out{{}, std::move(batches_.front())};
      batches_.pop_front();
      return out;
    }
    if (!receive(0)) return std::nullopt;
  }
}

std::vector<std::string> ControlReader::waiting() {
  while (receive(MSG_DONTWAIT)) {
  }
  std::vector<std::string> out;
  for (auto end = text_.find('\n'); end != text_.npos; end = text_.find('\n')) {
    out.push_back(text_.substr(0, end));
    text_.erase(0, end + 1);
  }
  return out;
}

std::string line_of(const Fault& fault) {
  std::string text = fault.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  for (const auto& known : kWords)
    if (known.of == fault.of) return base::format("{}{}{}\n", kFault, known.word, text);
  return "\n";
}

std::optional<Fault> parse_fault(std::string_view line) {
  if (!line.starts_with(kFault)) return std::nullopt;
  line.remove_prefix(kFault.size());
  for (const auto& known : kWords)
    if (line.starts_with(known.word)) return Fault{known.of, std::string(line.substr(known.word.size()))};
  return std::nullopt;
}

}  // namespace relay
