#include "support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace story {
namespace {

// Only a program that hangs meets it; then the test fails instead of the whole suite.
constexpr int hang_milliseconds = 120'000;

[[noreturn]] void become(const Start& start) {
  if (!start.folder.empty() && ::chdir(start.folder.c_str()) != 0) ::_exit(99);
  std::vector<std::string> variables;
  for (const auto& [name, value] : start.environment) variables.push_back(name + "=" + value);
  std::vector<char*> environment, words;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  auto copy = start.words;
  for (auto& word : copy) words.push_back(word.data());
  words.push_back(nullptr);
  ::environ = environment.data();  // whose PATH it is that finds the program
  ::execvp(words[0], words.data());
  ::_exit(98);
}

void close_one(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// Appends what is there; closes at the end. A terminal whose last user has gone answers EIO.
void take(int& descriptor, std::string& text) {
  std::array<char, 4096> buffer;
  const auto got = ::read(descriptor, buffer.data(), buffer.size());
  if (got > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  } else {
    close_one(descriptor);
  }
}

}  // namespace

Program::Program(const Start& start) {
  if (start.on == Start::On::terminal) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(start.columns);
    pid_ = ::forkpty(&out_, nullptr, nullptr, &size);
    if (pid_ == 0) become(start);
    EXPECT_GT(pid_, 0);
    in_ = ::fcntl(out_, F_DUPFD_CLOEXEC, 0);
    return;
  }
  std::array<int, 2> in{}, out{}, err{};
  for (auto* ends : {&in, &out, &err}) EXPECT_EQ(::pipe2(ends->data(), O_CLOEXEC), 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::setsid();
    ::dup2(in[0], 0), ::dup2(out[1], 1), ::dup2(err[1], 2);
    become(start);
  }
  ::close(in[0]), ::close(out[1]), ::close(err[1]);
  in_ = in[1], out_ = out[0], err_ = err[0];
}

Program::~Program() {
  for (int* descriptor : {&in_, &out_, &err_}) close_one(*descriptor);
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Program::read_more() {
  std::array<pollfd, 2> wanted{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (out_ < 0 && err_ < 0) return false;
  if (::poll(wanted.data(), wanted.size(), hang_milliseconds) <= 0) {
    ADD_FAILURE() << "the program hangs; it printed so far:\n" << out_text_ << err_text_;
    ::kill(-pid_, SIGKILL);
    return false;
  }
  if (wanted[0].revents) take(out_, out_text_);
  if (wanted[1].revents) take(err_, err_text_);
  return true;
}

bool Program::prints(const std::string& text) {
  while (out_text_.find(text) == std::string::npos && err_text_.find(text) == std::string::npos)
    if (!read_more()) return false;
  return true;
}

void Program::type(const std::string& text) {
  EXPECT_EQ(::write(in_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}
void Program::close_stdin() { close_one(in_); }
void Program::signal(int number) { EXPECT_EQ(::kill(pid_, number), 0); }
void Program::kill() {
  signal(SIGKILL);
  EXPECT_EQ(::waitpid(pid_, nullptr, 0), pid_);
  pid_ = -1;
}

Ended Program::wait() {
  if (err_ >= 0) close_stdin();  // a terminal has no end of file of its own
  while (read_more()) {
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
  pid_ = -1;
  Ended ended;
  ended.out = std::move(out_text_), ended.err = std::move(err_text_);
  if (WIFSIGNALED(status)) {
    ended.signal = WTERMSIG(status);
  } else {
    ended.code = WEXITSTATUS(status);
  }
  return ended;
}

Ended run(const Start& start) { return Program(start).wait(); }

}  // namespace story
