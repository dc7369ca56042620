#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "options/options.h"

namespace options {
namespace {

// The texts were checked when they were taken in, so the parsers cannot fail here: another one is a mistake of ours.
template <class T>
T checked(const std::optional<T>& number) {
  if (!number) std::abort();
  return *number;
}

}  // namespace

std::string_view name(Origin origin) {
  switch (origin) {
    case Origin::standard:
      return "default";
    case Origin::file:
      return "file";
    case Origin::environment:
      return "environment";
    case Origin::flag:
      return "flag";
  }
  return {};
}

bool Values::has(std::string_view flag) const { return entries_.find(flag) != entries_.end(); }

Origin Values::origin(std::string_view flag) const { return has(flag) ? entry(flag).origin : Origin::standard; }
std::string Values::where(std::string_view flag) const { return has(flag) ? entry(flag).where : "default"; }

// A flag that was never set is a mistake of the caller, not of the user: has() comes first.
const Values::Entry& Values::entry(std::string_view flag) const {
  const auto found = entries_.find(flag);
  if (found == entries_.end()) std::abort();
  return found->second;
}

const std::string& Values::text(std::string_view flag) const { return entry(flag).text; }
std::int64_t Values::integer(std::string_view flag) const { return checked(base::to_int(text(flag))); }
double Values::number(std::string_view flag) const { return checked(base::to_double(text(flag))); }
units::Seconds Values::duration(std::string_view flag) const { return units::parse_duration(text(flag)).value(); }
units::BitsPerSecond Values::bitrate(std::string_view flag) const { return units::parse_bitrate(text(flag)).value(); }
units::Bytes Values::bytes(std::string_view flag) const { return units::parse_bytes(text(flag)).value(); }
units::PictureSize Values::picture_size(std::string_view flag) const {
  return units::parse_picture_size(text(flag)).value();
}
units::Ratio Values::ratio(std::string_view flag) const { return units::parse_ratio(text(flag)).value(); }
bool Values::toggle(std::string_view flag) const { return has(flag) && text(flag) == "true"; }
std::vector<std::string> Values::list(std::string_view flag) const {
  return has(flag) ? entry(flag).items : std::vector<std::string>{};
}

std::vector<std::string> flags_given(const Values& values, const std::vector<Option>& of) {
  std::vector<std::string> words;
  for (const auto& option : of) {
    if (!values.has(option.flag) || values.origin(option.flag) != Origin::flag) continue;
    if (option.type == Option::Type::toggle)
      words.push_back((values.toggle(option.flag) ? "--" : "--no-") + option.flag);
    else
      words.push_back("--" + option.flag + "=" + values.text(option.flag));
  }
  return words;
}

}  // namespace options
