#include "master/pending_nodes.h"

#include <algorithm>

#include "base/format.h"
#include "net/sha256.h"

namespace master {

std::string PendingNodes::code_of(const jobs::TokenText& token) {
  constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
  std::uint64_t bits = 0;
  for (const char c : net::sha256(token.text).substr(0, 5)) bits = bits << 8 | static_cast<unsigned char>(c);
  std::string code;
  for (int i = 7; i >= 0; --i) {
    if (i == 3) code += '-';
    code += letters[bits >> (5 * i) & 31u];
  }
  return code;
}

void PendingNodes::forget_the_gone(units::BootTime now) {
  std::erase_if(nodes_, [&](const auto& entry) { return now - entry.second.last > patience; });
}

PendingNodes::Answer PendingNodes::knock(const jobs::TokenText& token, const std::string& name, const std::string& peer,
                                         units::BootTime now) {
  const std::lock_guard lock(mutex_);
  forget_the_gone(now);
  const auto code = code_of(token);
  const auto found = nodes_.find(code);
  const auto digest = net::sha256(token.text);
  if (found == nodes_.end()) {
    const auto of_peer =
        std::count_if(nodes_.begin(), nodes_.end(), [&](const auto& one) { return one.second.peer == peer; });
    if (nodes_.size() >= most || of_peer >= most_of_peer) return Answer::full;
    nodes_.emplace(code, Entry{digest, name, peer, now, now});
    return Answer::pending;
  }
  if (!net::same_secret(found->second.digest, digest)) return Answer::full;
  if (found->second.approved == Entry::Approved::yes) {
    nodes_.erase(found);
    return Answer::approved;
  }
  found->second.last = now;
  found->second.name = name, found->second.peer = peer;
  return Answer::pending;
}

base::Result<PendingNodes::Node> PendingNodes::approve(const std::string& code, units::BootTime now) {
  const std::lock_guard lock(mutex_);
  forget_the_gone(now);
  std::string wanted;
  for (const char c : code)
    if (c != '-' && c != ' ') wanted += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (wanted.size() == 8) wanted.insert(4, 1, '-');
  const auto found = nodes_.find(wanted);
  if (found == nodes_.end())
    return base::Error::absent(base::format(
        "no node waits here under the code {}; its agent shows the code, and tries again every half minute",
        code.substr(0, 64)));
  found->second.approved = Entry::Approved::yes;
  found->second.last = now;  // its next try is to come within the usual patience
  return Node{found->first, found->second.name, found->second.peer, now - found->second.first};
}

std::vector<PendingNodes::Node> PendingNodes::waiting(units::BootTime now) const {
  const std::lock_guard lock(mutex_);
  std::vector<Node> all;
  for (const auto& [code, entry] : nodes_)
    if (now - entry.last <= patience && entry.approved == Entry::Approved::no)
      all.push_back({code, entry.name, entry.peer, now - entry.first});
  return all;
}

}  // namespace master
