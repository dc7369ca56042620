#include "kill/disk_image.h"

#include <algorithm>

namespace bench {
namespace {

using Kind = DiskStep::Kind;
constexpr std::size_t sector = 512;

void put(std::string& content, std::size_t at, std::string_view bytes) {
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
  content.replace(at, bytes.size(), bytes);
}

void perform(std::string& content, const DiskStep& step) {
  const auto at = static_cast<std::size_t>(step.offset);
  if (step.kind == Kind::write) put(content, at, step.bytes);
  if (step.kind == Kind::truncate) content.resize(std::min(content.size(), at));
}

// Each sector of it by chance.
void tear(std::string& content, const DiskStep& step, std::mt19937_64& random) {
  const auto begin = static_cast<std::size_t>(step.offset);
  for (std::size_t done = 0; done < step.bytes.size();) {
    const auto at = begin + done;
    const auto count = std::min(step.bytes.size() - done, sector - at % sector);
    if (random() % 2) put(content, at, std::string_view(step.bytes).substr(done, count));
    done += count;
  }
}

}  // namespace

void DiskImage::apply(const DiskStep& step) {
  if (step.kind == Kind::remove) {
    files_.erase(step.file);
    return;
  }
  Held& held = files_[step.file];
  if (step.kind != Kind::sync) {
    held.pending.push_back(step);
  } else if (syncs_ == Syncs::believed) {
    for (const auto& each : held.pending) perform(held.synced, each);
    held.pending.clear();
    held.durable = true;
  }
}

std::map<std::string, std::string> DiskImage::after_power_loss(std::mt19937_64& random) const {
  std::map<std::string, std::string> files;
  for (const auto& [name, held] : files_) {
    if (!held.durable && random() % 2) continue;
    std::string content = held.synced;
    for (const auto& step : held.pending) {
      const auto chance = random() % 3;
      if (chance == 0 || (chance == 1 && step.kind != Kind::write)) continue;
      if (chance == 1)
        tear(content, step, random);
      else
        perform(content, step);
    }
    files.emplace(name, std::move(content));
  }
  return files;
}

}  // namespace bench
