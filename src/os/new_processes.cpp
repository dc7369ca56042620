#include "os/new_processes.h"

#include <unistd.h>

#include <array>
#include <optional>
#include <string_view>

#include "base/format.h"
#include "base/text.h"
namespace os {
namespace {

// Reading so many costs about what walking the trees of twenty encodes does (a millisecond).
constexpr pid_t kMostTold = 200;

// "0.20 0.18 0.12 1/80 11206": the last word is the newest number that was handed out.
std::optional<pid_t> newest_of(HeldFile& file) {
  std::array<char, 128> buffer;
  const auto size = file.read(buffer.data(), buffer.size());
  if (!size) return std::nullopt;
  const auto text = base::trim(std::string_view(buffer.data(), *size));
  const auto number = base::to_int(text.substr(text.rfind(' ') + 1));
  if (!number || *number <= 0 || *number > INT32_MAX) return std::nullopt;
  return static_cast<pid_t>(*number);
}

std::optional<pid_t> number_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == text.npos) return std::nullopt;
  const auto rest = text.substr(at + key.size());
  const auto number = base::to_int(rest.substr(0, rest.find('\n')));
  return number ? std::optional(static_cast<pid_t>(*number)) : std::nullopt;
}

}  // namespace

NewProcesses::NewProcesses(const Files& files, Root root) : files_(files), root_(std::move(root)) {}

// /proc/loadavg speaks of the reader's PID namespace, whichever the rest of that /proc shows.
bool NewProcesses::sees_our_numbers() const {
  const auto self = files_.link_target(root_.path("/proc/self"));
  return self && self->string() == std::to_string(::getpid());
}

void NewProcesses::look(units::BootTime now, When when) {
  if (number_ > 0 && when == When::seldom && now - looked_at_ < kEvery) return;
  looked_at_ = now;
  if (state_ == State::unopened) {
    state_ = State::unusable;
    if (auto file = files_.hold(root_.path("/proc/loadavg")); file && sees_our_numbers())
      newest_file_ = *std::move(file), state_ = State::open;
  }
  const auto newest = newest_file_ ? newest_of(*newest_file_) : std::nullopt;
  // None were made since: nothing to tell anybody.
  if (newest && *newest == newest_ && number_ > 0) return;
  ++number_;
  news_.clear();
  // The numbers began anew from the start, or more were handed out than are worth a look each.
  const bool few = newest && newest_ > 0 && *newest > newest_ && *newest - newest_ <= kMostTold;
  told_ = few ? Told::all : Told::not_all;
  if (few)
    for (pid_t id = newest_ + 1; id <= *newest; ++id) {
      const auto text = files_.read(root_.path(base::format("/proc/{}/status", id)), 16'384);
      if (!text) continue;  // gone already
      // Threads have numbers, too, and are told apart by that of their process.
      const auto process = number_after(*text, "\nTgid:\t"), parent = number_after(*text, "\nPPid:\t");
      if (process == id && parent) news_.push_back({id, *parent});
    }
  newest_ = newest.value_or(0);
}

}  // namespace os
