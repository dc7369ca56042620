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
    for (const auto& version : versions_)
      doubtful_.erase(doubtful_.lower_bound(version.first), doubtful_.lower_bound(version.first + version.count));
  versions_.clear();
  older_.clear();
  lengths_.clear();
}

void DiskContent::fail_sync() {
  add_choices(doubtful_);
  versions_.clear();
  older_.clear();
}

std::string DiskContent::after_power_loss(os::Random& random) const {
  Survival survival(random);
  auto choices = doubtful_;
  add_choices(choices);
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
  if (older_.size() >= most_remembered_) forget_middle_versions();
  auto first = begin / sector;
  const auto last = (end + sector - 1) / sector, there = (live_.size() + sector - 1) / sector;
  if (const auto known = std::min<std::uint64_t>(last, there); first < known) {
    versions_.push_back({first, known - first, older_.size()});
    const auto size = static_cast<std::size_t>((known - first) * sector);
    const auto whole = older_.size() + size;
    older_.append(live_, static_cast<std::size_t>(first * sector), size);
    older_.resize(whole);  // zeros behind the end
    first = known;
  }
  if (first >= last) return;
  const bool goes_on = !versions_.empty() && versions_.back().at == beyond_the_end &&
                       versions_.back().first + versions_.back().count == first;
  if (goes_on)
    versions_.back().count += last - first;
  else
    versions_.push_back({first, last - first, beyond_the_end});
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
  std::map<std::uint64_t, std::size_t> oldest;
  for (const auto& version : versions_)
    for (std::uint64_t i = 0; i < version.count; ++i)
      oldest.emplace(version.first + i, version.at == beyond_the_end ? version.at : version.at + i * sector);
  versions_.clear();
  std::string older;
  for (const auto& [number, at] : oldest) {
    versions_.push_back({number, 1, at == beyond_the_end ? at : older.size()});
    if (at != beyond_the_end) older.append(older_, at, sector);
  }
  older_ = std::move(older);
  most_remembered_ = std::max<std::size_t>(most_remembered_, 2 * older_.size());
}

void DiskContent::add_choices(Choices& choices) const {
  std::set<std::uint64_t> dirty;
  for (const auto& version : versions_)
    for (std::uint64_t i = 0; i < version.count; ++i) {
      auto& texts = choices[version.first + i];
      texts.push_back(version.at == beyond_the_end ? std::string() : older_.substr(version.at + i * sector, sector));
      dirty.insert(version.first + i);
    }
  // A sector that was cut off stays as it was where the cut is lost.
  for (const auto number : dirty)
    if (has_sector(number)) choices[number].push_back(live_sector(number));
}

std::string DiskContent::live_sector(std::uint64_t number) const {
  auto text = live_.substr(static_cast<std::size_t>(number * sector), sector);
  text.resize(sector);
  return text;
}

}  // namespace simulation
