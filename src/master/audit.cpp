#include "master/audit.h"

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "net/sha256.h"

namespace master {
namespace {

const std::string beginning(64, '0');
constexpr std::string_view torn = "the log goes on after an unfinished line";

std::string hash_of(wire::AuditLine line) {
  line.hash.clear();
  return net::sha256_hex(json::write(wire::encode(line)));
}

base::Result<wire::AuditLine> read_line(std::string_view text) {
  FFWATT_TRY(const auto value, json::parse(std::string(text)));
  return wire::decode_audit_line(value);
}

}  // namespace

base::Result<std::unique_ptr<Audit>> Audit::open(os::Files& files, const os::Path& file, const os::Clock& clock,
                                                 base::Log& log, std::uint64_t most) {
  std::unique_ptr<Audit> audit(new Audit(files, file, clock, log, most));
  audit->last_hash_ = beginning;
  const auto text = files.read(file, most + (1u << 20));
  if (!text && text.error().kind() != base::ErrorKind::absent) return text.error().in("the audit log");
  bool unfinished = false;
  if (text && !text->empty()) {
    unfinished = !text->ends_with('\n');
    // Of the last whole line; a torn one before a torn one was told by the line after it.
    auto end = text->rfind('\n');
    if (end != std::string::npos) {
      const auto start = end == 0 ? std::string::npos : text->rfind('\n', end - 1);
      const auto line = read_line(std::string_view(*text).substr(start + 1, end - start - 1));
      if (!line)
        return base::Error::failed(base::format(
            "{}: its last whole line is none of an audit log ({}). Look who wrote it (`ffwatt audit verify`), and move "
            "the file away to begin a new one",
            file.string(), line.error().text()));
      audit->last_hash_ = line->hash;
    }
    audit->size_ = text->size();
  }
  FFWATT_TRY(audit->out_, os::open_appended(file));
  if (unfinished) {
    FFWATT_CHECK(audit->out_->append("\n"));
    FFWATT_CHECK(audit->append({.at = clock.wall(), .who = "master", .action = std::string(torn)}));
  }
  return audit;
}

base::Result<void> Audit::append(wire::AuditLine line) {
  if (torn_) {
    // What was written of it, if anything, ends here, and the next line says so.
    FFWATT_CHECK(out_->append("\n"));
    torn_ = false;
    FFWATT_CHECK(append({.at = clock_.wall(), .who = "master", .action = std::string(torn)}));
  }
  line.previous = last_hash_;
  line.hash = hash_of(line);
  const auto text = json::write(wire::encode(line)) + "\n";
  if (size_ + text.size() > most_) FFWATT_CHECK(put_aside());
  torn_ = true;
  FFWATT_CHECK(out_->append(text));
  torn_ = false;
  size_ += text.size();
  last_hash_ = line.hash;
  return {};
}

base::Result<void> Audit::put_aside() {
  // With the beginning of its last hash: two in one second are two.
  const auto name = base::format("{}-{}-{}{}", file_.stem().string(), units::file_stamp(clock_.wall()),
                                 last_hash_.substr(0, 8), file_.extension().string());
  FFWATT_CHECK(files_.rename(file_, file_.parent_path() / name));
  size_ = 0;
  FFWATT_TRY(out_, os::open_appended(file_));
  return {};
}

void Audit::note(std::string who, std::string action, int status, std::string request) {
  const std::lock_guard lock(mutex_);
  const auto written = append({.at = clock_.wall(),
                               .who = std::move(who),
                               .action = std::move(action),
                               .status = status,
                               .request = std::move(request)});
  if (!written && !failing_)
    log_.error("the audit log cannot be written; changes go on without it", {{"why", written.error().text()}});
  if (written && failing_) log_.info("the audit log is written again");
  failing_ = !written;
}

std::string Audit::last_hash() const {
  const std::lock_guard lock(mutex_);
  return last_hash_;
}

base::Result<Audit::Verified> Audit::verify(const std::vector<std::string>& texts) {
  Verified verified;
  bool begun = false, unfinished = false;
  for (std::size_t file = 0; file < texts.size(); ++file) {
    std::size_t number = 0;
    for (const auto text : base::split(texts[file], '\n')) {
      ++number;
      if (text.empty()) continue;
      const auto wrong = [&](const std::string& what) {
        return base::Error::invalid(
            base::format("{}line {}: {}", texts.size() > 1 ? base::format("file {}, ", file + 1) : "", number, what));
      };
      const auto line = read_line(text);
      if (!line) {
        if (unfinished) return wrong("is no line of an audit log, and neither is the one before");
        unfinished = true;
        continue;
      }
      if (hash_of(*line) != line->hash) return wrong("was changed: its hash is not that of its content");
      if (unfinished && line->action != torn) return wrong("follows a line that is none of an audit log");
      if (begun && line->previous != verified.last_hash)
        return wrong("does not follow the line before: one was taken out or put in between");
      if (!begun) verified.from_beginning = line->previous == beginning, verified.first_at = units::rfc3339(line->at);
      if (std::exchange(unfinished, false)) ++verified.unfinished;
      begun = true;
      ++verified.lines;
      verified.last_at = units::rfc3339(line->at);
      verified.last_hash = line->hash;
    }
  }
  if (unfinished) ++verified.unfinished;  // the last one, of a master that has not come back
  if (!begun) return base::Error::invalid("there is no line of an audit log in it");
  return verified;
}

}  // namespace master
