#include "agent/credentials.h"

#include "base/format.h"
#include "base/text.h"
#include "jobs/access_token.h"

namespace agent {

base::Result<Credentials> credentials(os::Files& files, const os::Path& state_folder, os::Random& random,
                                      const std::string& given) {
  if (jobs::looks_like_token(given)) {
    FFWATT_TRY(const auto token, jobs::parse_token(given).in("--key-file"));
    if (token.scope == jobs::Scope::worker) return Credentials{given, {}};
    if (token.scope != jobs::Scope::enrol && token.scope != jobs::Scope::admin)
      return base::Error::invalid(
          base::format("--key-file: a {} token lets in no node; it takes one of the scope enrol: `ffwatt token create "
                       "--scope enrol` on the master's machine",
                       jobs::name(token.scope)));
  }
  const auto file = state_folder / "token";
  const auto kept = files.read(file);
  if (!kept && kept.error().kind() != base::ErrorKind::absent) return kept.error().in("this node's token");
  if (kept) {
    const std::string text(base::trim(*kept));
    if (const auto token = jobs::parse_token(text); token && token->scope == jobs::Scope::worker)
      return Credentials{text, given};
    // What a full disk left, or somebody wrote: with another it is a node that has to be let in again.
  }
  std::string bits;
  while (bits.size() < 40) {
    const auto more = random.next();
    bits.append(reinterpret_cast<const char*>(&more), sizeof more);
  }
  const auto made = jobs::make_token(jobs::Scope::worker, bits);
  FFWATT_CHECK(files.write_durably(file, made.text + "\n", 0600).in("keeping this node's token"));
  return Credentials{made.text, given};
}

}  // namespace agent
