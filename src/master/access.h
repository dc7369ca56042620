// Access: who may call the master. Callers on this machine may read, submit and enrol unless a proxy, a foreign page or
// a foreign Host name stands between; everybody else brings the key of the key file as bearer token. /health and
// /version are open. `--insecure` opens everything, for a closed lab. Any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "net/http.h"

namespace master {

class Access {
 public:
  enum class Mode { guarded, insecure };
  Access(Mode mode, std::string key, std::string key_file)
      : mode_(mode), key_(std::move(key)), key_file_(std::move(key_file)) {}
  // denied: the text says how to get a key.
  base::Result<void> check(const net::Request& request) const;

 private:
  Mode mode_;
  std::string key_, key_file_;
};

}  // namespace master
