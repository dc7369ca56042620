// Audit: who changed what at a master, as a file of JSON lines that only grows. Each line holds the hash of the one
// before, so that a line that was changed, taken out or put in shows; what was cut off at the end shows only against a
// last hash that somebody kept elsewhere. Lines are written before the answer is sent, and not synced: a loss of power
// may take the last ones. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "os/appended_file.h"
#include "os/clock.h"
#include "os/files.h"
#include "wire/audit.h"

namespace master {

class Audit {
 public:
  // Longer files are put aside as audit-TIME.jsonl, and the chain goes on in a new one.
  static constexpr std::uint64_t longest_file = 64u << 20;

  // Goes on at the end of the file. failed: its last lines are no lines of such a log.
  static base::Result<std::unique_ptr<Audit>> open(os::Files& files, const os::Path& file, const os::Clock& clock,
                                                   base::Log& log, std::uint64_t most = longest_file);
  // What cannot be written is logged, once in a row, and what was asked for is done all the same.
  void note(std::string who, std::string action, int status, std::string request);
  std::string last_hash() const;

  struct Verified {
    std::size_t lines = 0, unfinished = 0;  // unfinished: torn by a crash, which the next line says
    bool from_beginning = false;
    std::string first_at, last_at, last_hash;
  };
  // The texts of files in their order. invalid: the file's number, the line, and what is wrong with it.
  static base::Result<Verified> verify(const std::vector<std::string>& texts);

 private:
  Audit(os::Files& files, os::Path file, const os::Clock& clock, base::Log& log, std::uint64_t most)
      : files_(files), file_(std::move(file)), clock_(clock), log_(log), most_(most) {}
  base::Result<void> append(wire::AuditLine line);
  base::Result<void> put_aside();

  os::Files& files_;
  const os::Path file_;
  const os::Clock& clock_;
  base::Log& log_;
  const std::uint64_t most_;
  mutable std::mutex mutex_;
  std::unique_ptr<os::AppendedFile> out_;
  std::string last_hash_;
  std::uint64_t size_ = 0;
  bool failing_ = false;
  bool torn_ = false;  // the last line may be half there
};

}  // namespace master
