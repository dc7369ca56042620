#include "simulation/disk.h"

#include <errno.h>

#include <algorithm>
#include <cstring>

namespace simulation {
namespace {

using Kind = os::FileStatus::Kind;
constexpr std::size_t longest_name = 255;  // NAME_MAX of the usual file systems

// The next part of a path, which it is taken from; empty at the end.
std::string_view next_part(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

std::uint64_t blocks_of(std::uint64_t bytes) { return (bytes + Disk::block - 1) / Disk::block * Disk::block; }

bool is_below(std::string_view path, std::string_view folder) {
  for (;;) {
    const auto part = next_part(folder);
    if (part.empty()) return true;
    if (next_part(path) != part) return false;
  }
}

}  // namespace

Disk::Disk(const os::Clock& clock) : clock_(clock), root_(make(Kind::folder, 0755)) {
  root_->names = 1;
  used_ = block;
}

Disk::Found Disk::find(std::string_view path) const {
  const auto place = place_of(path);
  if (place.error != 0) return {place.error, nullptr};
  if (place.name.empty()) return {0, place.folder};
  auto node = place.folder->folder.find(place.name);
  if (!node) return {ENOENT, nullptr};
  if (path.ends_with('/') && node->kind != Kind::folder) return {ENOTDIR, nullptr};
  return {0, std::move(node)};
}

Disk::Found Disk::create(std::string_view path, Create create, unsigned mode) {
  const auto place = place_of(path);
  if (place.error != 0) return {place.error, nullptr};
  if (place.name.empty()) return {create == Create::only_new ? EEXIST : EISDIR, nullptr};
  if (auto there = place.folder->folder.find(place.name)) {
    if (create == Create::only_new) return {EEXIST, nullptr};
    if (there->kind == Kind::folder) return {EISDIR, nullptr};
    return {0, std::move(there)};
  }
  if (place.name.size() > longest_name) return {ENAMETOOLONG, nullptr};
  if (const int error = failure(Step::name)) return {error, nullptr};
  if (!has_room(block)) return {ENOSPC, nullptr};
  auto node = make(Kind::file, mode);
  enter(place.folder->folder, place.name, node);
  return {0, std::move(node)};
}

Disk::Node Disk::create_nameless() {
  auto node = make(Kind::file, 0600);
  node->content = DiskContent(DiskContent::Keep::fleeting);
  return node;
}

int Disk::read(const DiskNode& file, std::uint64_t offset, char* buffer, std::size_t size, std::size_t& got) {
  got = 0;
  if (is_stale(file)) return ESTALE;
  if (file.kind == Kind::folder) return EISDIR;
  if (const int error = failure(Step::read)) return error;
  const auto bytes = file.content.bytes();
  if (offset >= bytes.size()) return 0;
  got = std::min(size, bytes.size() - static_cast<std::size_t>(offset));
  std::memcpy(buffer, bytes.data() + offset, got);
  return 0;
}

int Disk::write(DiskNode& file, std::uint64_t offset, std::string_view bytes) {
  if (is_stale(file)) return ESTALE;
  if (const int error = failure(Step::write)) return error;
  int error = 0;
  if (const auto end = offset + bytes.size(); end > file.content.bytes().size()) {
    error = resize_room(file, end);
    if (error != 0) {
      // To the end of the last block that it has, and of those that are free.
      const auto free = capacity_ > used_ ? (capacity_ - used_) / block * block : 0;
      const auto most = blocks_of(file.content.bytes().size()) + free;
      bytes = bytes.substr(0, most > offset ? static_cast<std::size_t>(std::min(most, end) - offset) : 0);
      if (!bytes.empty() && resize_room(file, offset + bytes.size()) != 0) bytes = {};
    }
  }
  file.content.write(offset, bytes);
  file.changed = clock_.wall();
  return error;
}

int Disk::truncate(DiskNode& file, std::uint64_t size) {
  if (is_stale(file)) return ESTALE;
  if (const int error = failure(Step::write)) return error;
  if (const int error = resize_room(file, size)) return error;
  file.content.truncate(size);
  file.changed = clock_.wall();
  return 0;
}

int Disk::set_mode(DiskNode& node, unsigned mode) {
  if (is_stale(node)) return ESTALE;
  node.mode = mode;
  return 0;
}

int Disk::sync(DiskNode& node) {
  if (is_stale(node)) return ESTALE;
  const bool is_folder = node.kind == Kind::folder;
  if (const int error = failure(Step::sync)) {
    // Names are in the file system's journal: one that cannot write that does not forget, it stops until it can.
    if (!is_folder) node.content.fail_sync();
    return error;
  }
  if (syncs_ == Syncs::believed) is_folder ? node.folder.sync() : node.content.sync();
  return 0;
}

int Disk::make_folder(std::string_view path, unsigned mode) {
  const auto place = place_of(path);
  if (place.error != 0) return place.error;
  if (place.name.empty() || place.folder->folder.find(place.name)) return EEXIST;
  if (place.name.size() > longest_name) return ENAMETOOLONG;
  if (const int error = failure(Step::name)) return error;
  if (!has_room(block)) return ENOSPC;
  enter(place.folder->folder, place.name, make(Kind::folder, mode));
  return 0;
}

int Disk::rename(std::string_view from, std::string_view to) {
  const auto source = place_of(from), target = place_of(to);
  if (source.error != 0 || target.error != 0) return source.error != 0 ? source.error : target.error;
  if (source.name.empty() || target.name.empty()) return EBUSY;
  const auto moved = source.folder->folder.find(source.name);
  if (!moved) return ENOENT;
  if (target.name.size() > longest_name) return ENAMETOOLONG;
  const auto replaced = target.folder->folder.find(target.name);
  if (replaced == moved) return 0;
  if (moved->kind == Kind::folder && is_below(to, from)) return EINVAL;
  if (replaced) {
    if (moved->kind != Kind::folder && replaced->kind == Kind::folder) return EISDIR;
    if (moved->kind == Kind::folder && replaced->kind != Kind::folder) return ENOTDIR;
    if (!replaced->folder.names().empty()) return ENOTEMPTY;
  }
  if (const int error = failure(Step::name)) return error;
  if (replaced) leave(*replaced);
  if (source.folder == target.folder) {
    source.folder->folder.move(source.name, target.name);
  } else {
    source.folder->folder.move(source.name, target.folder->folder, target.name);
  }
  return 0;
}

int Disk::remove(std::string_view path) {
  const auto place = place_of(path);
  if (place.error != 0) return place.error;
  if (place.name.empty()) return EBUSY;
  const auto node = place.folder->folder.find(place.name);
  if (!node) return ENOENT;
  if (!node->folder.names().empty()) return ENOTEMPTY;
  if (const int error = failure(Step::name)) return error;
  place.folder->folder.remove(place.name);
  leave(*node);
  return 0;
}

void Disk::put(std::string_view path, std::string_view content, unsigned mode) {
  auto folder = root_;
  for (auto rest = path, name = next_part(rest); !name.empty();) {
    const auto next = next_part(rest);
    auto node = folder->folder.find(name);
    if (!node) {
      node = make(next.empty() ? Kind::file : Kind::folder, next.empty() ? mode : 0755);
      enter(folder->folder, name, node);
      folder->folder.sync();
    }
    if (next.empty()) {
      used_ += blocks_of(content.size()) - blocks_of(node->content.bytes().size());
      node->content = DiskContent(std::string(content));
      node->mode = mode;
    }
    folder = node;
    name = next;
  }
}

void Disk::lose_power(os::Random& random) {
  ++life_;
  used_ = 0;
  std::map<const DiskNode*, Node> survivors;  // only looked up
  root_ = survivor_of(root_, random, survivors);
}

Disk::Node Disk::survivor_of(const Node& node, os::Random& random, std::map<const DiskNode*, Node>& survivors) {
  auto& survivor = survivors[node.get()];
  if (!survivor) {
    survivor = make(node->kind, node->mode);
    survivor->changed = node->changed;
  }
  const auto made = survivor;
  if (++made->names > 1) return made;
  if (made->kind == Kind::folder) {
    auto names = node->folder.after_power_loss(random);
    for (auto& [name, each] : names) each = survivor_of(each, random, survivors);
    made->folder = DiskFolder(std::move(names));
  } else {
    auto& content = node->content;  // of a file that is stale from now on
    made->content = content.is_durable() ? std::move(content) : DiskContent(content.after_power_loss(random));
  }
  used_ += block + blocks_of(made->content.bytes().size());
  return made;
}

void Disk::fail(Step step, std::uint64_t nth, int error, std::uint64_t times) {
  faults_[static_cast<std::size_t>(step)] = {nth, times, error};
}

void Disk::heal() { faults_ = {}; }

Disk::Place Disk::place_of(std::string_view path) const {
  Place place{0, root_, {}};
  std::vector<Node> above;  // for ".."
  for (;;) {
    const auto part = next_part(path);
    if (part.empty()) return place;
    if (!place.name.empty()) {
      auto next = place.folder->folder.find(place.name);
      if (!next) return {ENOENT, nullptr, {}};
      if (next->kind != Kind::folder) return {ENOTDIR, nullptr, {}};
      above.push_back(std::move(place.folder));
      place.folder = std::move(next);
      place.name = {};
    }
    if (part == ".") continue;
    if (part != "..") {
      place.name = part;
    } else if (!above.empty()) {
      place.folder = std::move(above.back());
      above.pop_back();
    }
  }
}

int Disk::failure(Step step) {
  auto& fault = faults_[static_cast<std::size_t>(step)];
  if (fault.times == 0) return 0;
  if (fault.left > 1) {
    --fault.left;
    return 0;
  }
  if (fault.times != forever) --fault.times;
  ++failures_;
  return fault.error;
}

Disk::Node Disk::make(os::FileStatus::Kind kind, unsigned mode) const {
  auto node = std::make_shared<DiskNode>();
  node->kind = kind;
  node->mode = mode;
  node->changed = clock_.wall();
  node->life = life_;
  return node;
}

void Disk::enter(DiskFolder& folder, std::string_view name, const Node& node) {
  node->names = 1;
  used_ += block;
  folder.put(name, node);
}

void Disk::leave(DiskNode& node) {
  if (--node.names == 0) used_ -= block + blocks_of(node.content.bytes().size());
}

// Room for a file of this size. One without a name takes none from others, and grows only while there is some.
int Disk::resize_room(const DiskNode& file, std::uint64_t size) {
  const auto before = blocks_of(file.content.bytes().size()), after = blocks_of(size);
  if (after > before && !has_room(after - before)) return ENOSPC;
  if (file.names > 0) used_ += after - before;
  return 0;
}

}  // namespace simulation
