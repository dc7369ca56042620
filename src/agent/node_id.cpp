#include "agent/node_id.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace agent {
namespace {

os::Path file_in(const os::Path& state_folder) { return state_folder / "node_id"; }

}  // namespace

base::Result<NodeId> begin_life(os::Files& files, const os::Path& state_folder, os::Random& random,
                                units::WallTime now) {
  const auto text = files.read(file_in(state_folder));
  if (!text && text.error().kind() != base::ErrorKind::absent) return text.error().in("the node's id");
  NodeId node;
  const std::string content = text ? *text : "";
  const auto words = base::words(content);
  const auto id = words.empty() ? base::Result<base::Id>(base::Error::absent("")) : base::Id::parse(words[0]);
  node.id = id ? *id : random.id(now);
  const auto last = words.size() > 1 ? base::to_int(words[1]) : std::nullopt;
  node.life = std::max(last.value_or(0) + 1, now.nanoseconds() / 1'000'000'000);
  FFWATT_CHECK(keep_node_id(files, state_folder, node));
  return node;
}

base::Result<void> keep_node_id(os::Files& files, const os::Path& state_folder, const NodeId& node) {
  return files.write_durably(file_in(state_folder), base::format("{} {}\n", node.id.text(), node.life), 0600)
      .in("keeping the node's id");
}

}  // namespace agent
