#include "units/time.h"

#include <algorithm>
#include <ctime>

#include "base/format.h"
#include "base/text.h"

namespace units {
namespace {

std::tm utc(WallTime time, std::int64_t& milliseconds) {
  std::int64_t seconds = time.nanoseconds() / 1'000'000'000;
  std::int64_t rest = time.nanoseconds() % 1'000'000'000;
  if (rest < 0) rest += 1'000'000'000, --seconds;
  milliseconds = rest / 1'000'000;
  const auto t = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&t, &parts);
  return parts;
}

}  // namespace

// Digit by digit: a master writes tens of thousands of times a second, and a format that is read each time costs four
// times as much.
std::string rfc3339(WallTime time) {
  std::int64_t ms = 0;
  const std::tm t = utc(time, ms);
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&](std::size_t last, std::size_t digits, std::int64_t number) {
    for (; digits > 0; --digits, number /= 10) text[last--] = static_cast<char>('0' + number % 10);
  };
  put(3, 4, t.tm_year + 1900), put(6, 2, t.tm_mon + 1), put(9, 2, t.tm_mday);
  put(12, 2, t.tm_hour), put(15, 2, t.tm_min), put(18, 2, t.tm_sec), put(22, 3, ms);
  return text;
}

std::string file_stamp(WallTime time) {
  std::int64_t ms = 0;
  const std::tm t = utc(time, ms);
  return base::format("{:04}{:02}{:02}_{:02}{:02}{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                      t.tm_sec);
}

base::Result<WallTime> parse_rfc3339(std::string_view text) {
  // WallTime counts nanoseconds in 64 bits, which end in April 2262.
  constexpr int last_year = 2261;
  const auto fault = [&] {
    return base::Error::invalid(base::format("'{}' is not a UTC time such as 2026-01-31T09:05:07.250Z", text));
  };
  const auto number = [&](std::size_t at, std::size_t size) -> std::int64_t {
    const auto value = base::to_unsigned(text.substr(at, size));
    return value ? static_cast<std::int64_t>(*value) : -1;
  };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z')
    return fault();
  std::tm t{};
  t.tm_year = static_cast<int>(number(0, 4)) - 1900;
  t.tm_mon = static_cast<int>(number(5, 2)) - 1;
  t.tm_mday = static_cast<int>(number(8, 2));
  t.tm_hour = static_cast<int>(number(11, 2));
  t.tm_min = static_cast<int>(number(14, 2));
  t.tm_sec = static_cast<int>(number(17, 2));
  if (t.tm_year < 0 || t.tm_year + 1900 > last_year || t.tm_mon < 0 || t.tm_mon > 11 || t.tm_mday < 1 ||
      t.tm_mday > 31 || t.tm_hour < 0 || t.tm_hour > 23 || t.tm_min < 0 || t.tm_min > 59 || t.tm_sec < 0 ||
      t.tm_sec > 60)
    return fault();
  std::int64_t fraction = 0;
  if (text.size() > 20) {
    if (text[19] != '.' || text.size() > 30) return fault();
    std::string digits(text.substr(20, text.size() - 21));
    digits.resize(9, '0');
    const auto value = base::to_unsigned(digits);
    if (!value) return fault();
    fraction = static_cast<std::int64_t>(*value);
  }
  const int day = t.tm_mday, second = std::min(t.tm_sec, 59);
  const int leap = t.tm_sec - second;
  t.tm_sec = second;
  const auto seconds = static_cast<std::int64_t>(timegm(&t)) + leap;
  if (t.tm_mday != day) return fault();  // timegm makes 3 March of 31 February
  return WallTime::from_nanoseconds(seconds * 1'000'000'000 + fraction);
}

}  // namespace units
