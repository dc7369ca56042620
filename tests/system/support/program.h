// Starting programs from outside, as a user does: with pipes or on a terminal. Every wait has a deadline that only a
// program that hangs ever meets; nothing here sleeps. One thread. A program that is still running when its object goes
// is killed, and so is what it left in its session.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace story {

struct Start {
  std::vector<std::string> words;  // the program first: a path, or a name in PATH
  std::map<std::string, std::string> environment;
  std::filesystem::path folder;  // to work in
  enum class On { pipes, terminal } on = On::pipes;
  int columns = 80;  // of the terminal
};

struct Ended {
  int code = -1;  // -1 where a signal ended it
  std::optional<int> signal;
  std::string out, err;  // on a terminal everything is in `out`, with \r\n as terminals have it
};

class Program {
 public:
  explicit Program(const Start& start);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  // Waits until all that was printed (on both streams) holds `text`; false where the program ended without it.
  bool prints(const std::string& text);
  const std::string& printed() const { return out_text_; }  // on stdout, as far as it has been read
  void type(const std::string& text);                       // to its stdin or terminal
  void close_stdin();
  void signal(int number);
  // SIGKILL, and waits for its end alone: what it started goes on, and its streams stay open for that.
  void kill();
  // Reads what is left and waits for the end.
  Ended wait();

 private:
  bool read_more();  // false at the end of everything

  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  std::string out_text_, err_text_;
};

// Start to end, with nothing on stdin.
Ended run(const Start& start);

}  // namespace story
