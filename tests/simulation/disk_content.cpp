#include "simulation/disk_content.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "simulation/survival.h"

namespace simulation {
namespace {

constexpr std::size_t most_lengths = 1024;

std::string leavings(Survival& survival) {
  if (survival.one_of(2) == 0) return std::string(DiskContent::sector, '\0');
  return std::string(DiskContent::sector, static_cast<char>('a' + survival.one_of(26)));
}

}  // namespace

void DiskContent::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  const auto begin = static_cast<std::size_t>(offset), end = begin + bytes.size();
  remember(begin, end);
  if (end > live_.size()) {
    remember_length();
    if (begin == live_.size()) {
      live_.append(bytes);
      return;
    }
    live_.resize(end);
  }
  std::memcpy(live_.data() + begin, bytes.data(), bytes.size());
}

void DiskContent::truncate(std::uint64_t size) {
  if (size == live_.size()) return;
  if (size < live_.size()) remember(size, live_.size());
  remember_length();
  live_.resize(static_cast<std::size_t>(size));
}

void DiskContent::sync() {
  if (!doubtful_.empty())
    for (const auto& version : versions_) doubtful_.erase(version.sector);
  versions_.clear();
  older_.clear();
  lengths_.clear();
}

void DiskContent::fail_sync() {
  std::set<std::uint64_t> dirty;
  for (const auto& version : versions_) {
    doubtful_[version.sector].push_back(text_of(version));
    dirty.insert(version.sector);
  }
  for (const auto number : dirty)
    if (has_sector(number)) doubtful_[number].push_back(live_sector(number));
  versions_.clear();
  older_.clear();
}

std::string DiskContent::after_power_loss(os::Random& random) const {
  Survival survival(random);
  auto choices = doubtful_;
  std::set<std::uint64_t> dirty;
  for (const auto& version : versions_) {
    choices[version.sector].push_back(text_of(version));
    dirty.insert(version.sector);
  }
  // A sector that was cut off stays as it was where the cut is lost.
  for (const auto number : dirty)
    if (has_sector(number)) choices[number].push_back(live_sector(number));

  auto length = static_cast<std::uint64_t>(live_.size());
  if (!lengths_.empty() && !survival.survives()) length = lengths_[survival.one_of(lengths_.size())];
  std::string image = live_;
  image.resize(static_cast<std::size_t>(length));
  for (const auto& [number, texts] : choices) {
    const auto begin = number * sector;
    if (begin >= length) continue;
    const bool newest = texts.size() == 1 || survival.survives();
    auto text = newest ? texts.back() : texts[survival.one_of(texts.size() - 1)];
    if (text.empty()) text = leavings(survival);
    const auto count = std::min<std::uint64_t>(sector, length - begin);
    image.replace(static_cast<std::size_t>(begin), static_cast<std::size_t>(count), text, 0,
                  static_cast<std::size_t>(count));
  }
  return image;
}

void DiskContent::remember(std::uint64_t begin, std::uint64_t end) {
  if (keep_ == Keep::fleeting) return;
  if (versions_.size() >= most_versions_) forget_middle_versions();
  for (auto number = begin / sector; number * sector < end; ++number) {
    const auto at = static_cast<std::size_t>(number * sector);
    if (at >= live_.size()) {
      versions_.push_back({number, beyond_the_end});
      continue;
    }
    const auto count = std::min(sector, live_.size() - at);
    versions_.push_back({number, older_.size()});
    older_.append(live_, at, count);
    older_.append(sector - count, '\0');
  }
}

void DiskContent::remember_length() {
  if (keep_ == Keep::fleeting) return;
  if (lengths_.size() >= most_lengths) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lengths_.size(); i += 2) lengths_[kept++] = lengths_[i];
    lengths_.resize(kept);
  }
  lengths_.push_back(live_.size());
}

// A file that is written again and again and never synced must not take ever more memory: of its sectors what was
// durable stays, and what is there now.
void DiskContent::forget_middle_versions() {
  std::set<std::uint64_t> seen;
  std::vector<Version> kept;
  std::string older;
  for (const auto& version : versions_) {
    if (!seen.insert(version.sector).second) continue;
    kept.push_back({version.sector, version.at == beyond_the_end ? beyond_the_end : older.size()});
    if (version.at != beyond_the_end) older.append(older_, version.at, sector);
  }
  versions_ = std::move(kept);
  older_ = std::move(older);
  most_versions_ = std::max<std::size_t>(16'384, 2 * versions_.size());
}

// Empty: nothing stood there.
std::string DiskContent::text_of(const Version& version) const {
  return version.at == beyond_the_end ? std::string() : older_.substr(version.at, sector);
}

std::string DiskContent::live_sector(std::uint64_t number) const {
  auto text = live_.substr(static_cast<std::size_t>(number * sector), sector);
  text.resize(sector);
  return text;
}

}  // namespace simulation
