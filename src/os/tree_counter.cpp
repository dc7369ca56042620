#include "os/tree_counter.h"

#include <time.h>

#include <algorithm>
#include <array>

#include "base/format.h"
#include "os/process_tree.h"

namespace os {
namespace {

// Some fifty numbers of at most 20 digits and a name of at most 64 characters.
constexpr std::size_t kStatSize = 1024;
// Of each tree: many trees, or one fork bomb, must not use up the descriptors of the program.
constexpr std::size_t kMostHeld = 16, kMostMembers = 1000;

}  // namespace

std::optional<units::Seconds> cpu_clock(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (pid <= 0 || ::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return std::nullopt;
  return units::Seconds(static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9);
}

TreeCounter::TreeCounter(const Files& files, const Root& root, NewProcesses& news, CpuClock clock)
    : files_(&files), clock_(std::move(clock)), root_(root), news_(&news) {}

base::Result<TreeCounter> TreeCounter::open(const Files& files, const Root& root, pid_t top, NewProcesses& news,
                                            units::BootTime now, CpuClock clock) {
  TreeCounter counter(files, root, news, std::move(clock));
  counter.add(top);
  if (counter.members_.empty()) return base::Error::absent(base::format("there is no process {}", top));
  // Before the walk: what is made during it is told next time, and to be told twice does no harm.
  news.look(now, NewProcesses::When::now);
  counter.learned_ = news.number();
  counter.walk(now);
  return counter;
}

bool TreeCounter::knows(pid_t id) const {
  return std::ranges::any_of(members_, [&](const Member& m) { return m.id == id; });
}

std::optional<ProcessStat> TreeCounter::look(const Member& member) const {
  if (!member.stat) {
    const auto text = files_->read(root_.path(base::format("/proc/{}/stat", member.id)), kStatSize);
    return text ? parse_process_stat(*text) : std::nullopt;
  }
  std::array<char, kStatSize> buffer;
  const auto size = member.stat->read(buffer.data(), buffer.size());
  return size ? parse_process_stat({buffer.data(), *size}) : std::nullopt;
}

void TreeCounter::add(pid_t id) {
  if (knows(id) || members_.size() >= kMostMembers) return;
  Member member;
  member.id = id;
  if (members_.size() < kMostHeld)
    if (auto file = files_->hold(root_.path(base::format("/proc/{}/stat", id)))) member.stat = *std::move(file);
  // One that cannot be read has just ended: its parent has its time.
  const auto stat = look(member);
  if (!stat) return;
  member.last = *stat;
  member.own = stat->own;
  members_.push_back(std::move(member));
}

void TreeCounter::walk(units::BootTime now) {
  walked_at_ = now;
  // From each member, for those that lost their parent cannot be reached from the top any more. The list grows
  // meanwhile.
  for (std::size_t i = 0; i < members_.size(); ++i)
    for (const pid_t id : children(*files_, root_, members_[i].id)) add(id);
}

void TreeCounter::learn(units::BootTime now) {
  const auto number = news_->number();
  if (now - walked_at_ >= kWalkAnyway || number > learned_ + 1 ||
      (number > learned_ && news_->told() == NewProcesses::Told::not_all)) {
    walk(now);
  } else if (number > learned_) {
    // A child's number is greater than its parent's, but for the moment where numbers begin anew.
    for (const auto& [id, parent] : news_->news())
      if (knows(parent)) add(id);
  }
  learned_ = number;
}

// What its clock says of one that has ended is not yet told to its parent, or told twice: the files tell all at once.
TreeCounter::Told TreeCounter::read_clocks() {
  for (auto& member : members_) {
    const auto used = clock_(member.id);
    if (!used) return Told::not_all;
    member.own = std::max(member.own, *used);
  }
  return Told::all;
}

void TreeCounter::read_files() {
  for (auto& member : members_) {
    const auto stat = look(member);
    if (stat && stat->start_ticks == member.last.start_ticks)
      member.last = *stat, member.own = std::max(member.own, stat->own);
    else
      member.state = Member::State::ended;
  }
  // What its parent waited for is the parent's now, or will be in a moment.
  for (const auto& member : members_)
    if (member.state == Member::State::ended && !knows(member.last.parent)) ended_ += member.cpu();
  std::erase_if(members_, [](const Member& member) { return member.state == Member::State::ended; });
}

units::Seconds TreeCounter::read(units::BootTime now) {
  news_->look(now);
  const bool same = news_->none_since(learned_) && now - walked_at_ < kWalkAnyway;
  if (!same || read_clocks() == Told::not_all) {
    read_files();
    // Only now, when the number of one that has ended is free for its next owner.
    learn(now);
  }
  units::Seconds sum = ended_;
  for (const auto& member : members_) sum += member.cpu();
  // Where a member has ended and its parent has not waited for it yet, its time is nobody's for that moment.
  highest_ = std::max(highest_, sum);
  return highest_;
}

void TreeCounter::members(std::vector<pid_t>& out) const {
  for (const auto& member : members_) out.push_back(member.id);
}

}  // namespace os
