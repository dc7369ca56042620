// PendingNodes: nodes that nobody has let in. Each shows a code, which follows from its token; whoever may says that
// code to the master, and the node's next try succeeds. In the memory of one master: a node goes on trying, and after a
// restart it stands here again. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/access_token.h"
#include "units/time.h"

namespace master {

class PendingNodes {
 public:
  // More than these wait in no farm that is built up by hand; others are told to wait.
  static constexpr std::size_t most = 32;
  // Of one address, so that a single stranger does not keep the others out.
  static constexpr std::ptrdiff_t most_of_peer = 8;
  // Who has not knocked for so long has gone. A node tries again every half minute.
  static constexpr units::Seconds patience{300};

  struct Node {
    std::string code;  // "K7F3-22QM"
    std::string name, peer;
    units::Seconds age{};  // since it knocked first
  };

  // 40 bits of the token's digest.
  static std::string code_of(const jobs::TokenText& token);

  enum class Answer { approved, pending, full };
  // An approval is used up by it.
  Answer knock(const jobs::TokenText& token, const std::string& name, const std::string& peer, units::BootTime now);
  // By its code, with or without the dash. absent: none waits under it.
  base::Result<Node> approve(const std::string& code, units::BootTime now);
  std::vector<Node> waiting(units::BootTime now) const;  // by code

 private:
  struct Entry {
    std::string digest;  // of the whole token: one that only shows the same code is another
    std::string name, peer;
    units::BootTime first, last;
    enum class Approved { no, yes } approved = Approved::no;
  };
  void forget_the_gone(units::BootTime now);

  mutable std::mutex mutex_;
  std::map<std::string, Entry> nodes_;
};

}  // namespace master
