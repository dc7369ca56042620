#include "cli/stream_test/phase_line.h"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "units/format.h"

namespace cli::stream_test {
namespace {

using base::format;

constexpr units::Seconds kBetweenDrawings{0.5};
// Carriage return and "erase to the end of the line" (ECMA-48, EL).
constexpr std::string_view kClear = "\r\x1b[K";

std::string power_text(const units::Measured<units::Watts>& power) {
  if (!power.known()) return "";
  return format("  {} {}", units::text(power.value()), units::name(power.quality()));
}

// The first `most` columns of a line.
std::string cut(const std::string& text, std::size_t most) {
  if (base::columns(text) <= most) return text;
  std::string out;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (!continues && base::columns(out) == most) break;
    out += c;
  }
  return out;
}

}  // namespace

std::string clock_text(units::Seconds seconds) {
  const auto whole = std::max<long long>(0, std::llround(seconds.value()));
  const auto minutes = whole / 60 % 60;
  if (whole < 3600) return format("{}:{:02}", minutes, whole % 60);
  return format("{}:{:02}:{:02}", whole / 3600, minutes, whole % 60);
}

PhaseLine::PhaseLine(std::ostream& out, const os::TerminalFacts& terminal, Show show)
    : out_(out), terminal_(terminal), show_(show) {}

void PhaseLine::begin(const std::string& name, std::optional<units::Seconds> length) {
  name_ = name, length_ = length, tenths_ = 0, drawn_at_.reset();
  const bool drawn = terminal_.is_terminal && !terminal_.dumb;
  if (show_ == Show::nothing) return;
  if (drawn) {
    out_ << kClear << cut(name_, static_cast<std::size_t>(terminal_.columns) - 1) << std::flush;
  } else {
    out_ << name_ << (length_ ? format(": {}", clock_text(*length_)) : std::string()) << std::endl;
  }
}

void PhaseLine::update(units::BootTime now, units::Seconds done, const std::string& detail,
                       const std::optional<units::Measured<units::Watts>>& power) {
  if (show_ == Show::nothing) return;
  if (terminal_.is_terminal && !terminal_.dumb) {
    if (drawn_at_ && now - *drawn_at_ < kBetweenDrawings) return;
    drawn_at_ = now;
    out_ << kClear << cut(line(done, detail, power), static_cast<std::size_t>(terminal_.columns) - 1) << std::flush;
    return;
  }
  if (!length_ || length_->value() <= 0) return;
  const int tenths = std::clamp(static_cast<int>(done / *length_ * 10), 0, 9);
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  out_ << line(done, detail, power) << std::endl;
}

void PhaseLine::end(const std::string& how) {
  if (show_ == Show::nothing) return;
  clear();
  if (!terminal_.is_terminal || terminal_.dumb) out_ << name_ << ": " << how << std::endl;
}

void PhaseLine::say(const std::string& text) {
  if (show_ == Show::nothing) return;
  clear();
  out_ << text << std::endl;
}

void PhaseLine::clear() {
  if (terminal_.is_terminal && !terminal_.dumb) out_ << kClear << std::flush;
  drawn_at_.reset();
}

std::string PhaseLine::line(units::Seconds done, const std::string& detail,
                            const std::optional<units::Measured<units::Watts>>& power) const {
  std::string text = format("{:<13}", name_);
  if (length_ && length_->value() > 0) {
    const double share = std::clamp(done / *length_, 0.0, 1.0);
    text += format(" {:3.0f} %  {} of {}", std::floor(share * 100), clock_text(done), clock_text(*length_));
  } else {
    text += " " + clock_text(done);
  }
  if (!detail.empty()) text += "  " + detail;
  if (power) text += power_text(*power);
  if (length_ && *length_ > done) text += "  ETA " + clock_text(*length_ - done);
  return text;
}

}  // namespace cli::stream_test
