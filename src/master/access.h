// Access: who a caller is, and what they may do here. Whoever brings the key of the key file may do everything; a token
// opens what it is for (jobs/scope.h). Callers on this machine without either may do everything but what is for an
// admin, unless a proxy, a foreign page or a foreign Host name stands between, or the machine is not to be trusted.
// `--insecure` opens everything, for a closed lab. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/access_token.h"
#include "net/http.h"
#include "units/time.h"

namespace master {

struct Caller {
  std::string name;              // for histories: "127.0.0.1", "ci at 10.0.0.5"
  std::set<jobs::Scope> scopes;  // what they may
  std::optional<base::Id> node;  // the only one that they speak for; absent: any
  bool may(jobs::Scope needed) const { return scopes.count(needed) != 0; }
  bool speaks_for(base::Id id) const { return !node || *node == id; }
};

class Access {
 public:
  enum class Mode { guarded, insecure };
  enum class Neighbours { trusted, strangers };  // callers on this machine
  Access(Mode mode, std::string key, std::string key_file, Neighbours neighbours = Neighbours::trusted)
      : mode_(mode), key_(std::move(key)), key_file_(std::move(key_file)), neighbours_(neighbours) {}

  // Who asks. denied: nobody who is known here; the text says how to get a key.
  base::Result<Caller> caller(const net::Request& request, units::WallTime now) const;
  // The same for one who brings `text` in the place of an Authorization header.
  base::Result<Caller> bearer(std::string_view text, const std::string& peer, units::WallTime now) const;
  // The node's own token that a request brings, known here or not; nothing where it brings none.
  static std::optional<jobs::TokenText> own_token(const net::Request& request);
  // What is open without being known.
  static bool is_open(std::string_view path);
  // What a caller who may not do this is told.
  std::string refusal(const Caller& caller, jobs::Scope needed) const;

  // The tokens of from now on.
  void know(const std::vector<jobs::AccessToken>& tokens);

 private:
  std::optional<jobs::AccessToken> token(const std::string& id) const;

  const Mode mode_;
  const std::string key_, key_file_;
  const Neighbours neighbours_;
  mutable std::mutex mutex_;
  std::map<std::string, jobs::AccessToken, std::less<>> tokens_;
};

}  // namespace master
