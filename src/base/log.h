// Log: lines for the operator, one event a line, as "time level message key=value …" on a stream that main chose.
// Passed in, never global; every method may be called from any thread. Secrets are the caller's duty: never log a
// token.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace base {

enum class LogLevel { debug, info, warning, error };

struct LogField {
  std::string_view key;
  std::string value;  // quoted by the log where it holds blanks, quotes or control characters
};

class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) = 0;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, message, fields);
  }
};

std::unique_ptr<Log> stderr_log(LogLevel least);
std::unique_ptr<Log> silent_log();

// The text of one line without its time, for tests and other sinks.
std::string log_line(std::string_view message, std::initializer_list<LogField> fields);

}  // namespace base
