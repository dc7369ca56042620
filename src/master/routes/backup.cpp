// POST /backup: a copy of the database in the master's own folder, on a reader's thread. Whoever may ask for it says
// neither where it goes nor what it is called: a caller from elsewhere must not write files on this machine. The newest
// are kept, so that one who asks every minute cannot fill the disk either.
#include <algorithm>

#include "base/format.h"
#include "master/answers.h"
#include "master/api.h"
#include "units/time.h"
#include "wire/listings.h"

namespace master {
namespace {

// Names carry their time, so they are in its order; `fresh` stays also where the clock was set back.
void remove_older(os::Host& host, const os::Path& folder, const os::Path& fresh, int keep) {
  const auto names = host.files.list(folder);
  if (!names) return;
  std::vector<os::Path> others;
  for (const auto& name : *names)
    if (name.starts_with("ffwatt-") && name.ends_with(".sqlite") && folder / name != fresh)
      others.push_back(folder / name);
  const auto most = static_cast<std::size_t>(std::max(keep, 1)) - 1;
  if (others.size() <= most) return;
  others.resize(others.size() - most);
  // One too many does no harm, and the next copy tries again.
  for (const auto& old : others) [[maybe_unused]] const auto removed = host.files.remove(old);
}

base::Result<os::Path> copy(store::Reader& reader, os::Host& host, const os::Path& folder, int keep) {
  FFWATT_CHECK(host.files.make_folders(folder, 0700));
  const auto now = host.clock.wall();
  const auto name = base::format("ffwatt-{}-{}.sqlite", units::file_stamp(now), base::short_id(host.random.next()));
  const auto unfinished = folder / ("." + name), finished = folder / name;
  auto copied = reader.backup(unfinished);
  if (copied) copied = host.files.sync_file(unfinished);
  if (copied) copied = host.files.rename(unfinished, finished);
  if (copied) copied = host.files.sync_folder(folder);
  if (copied) {
    remove_older(host, folder, finished, keep);
    return finished;
  }
  [[maybe_unused]] const auto removed = host.files.remove(unfinished);
  return std::move(copied).error();
}

}  // namespace

void add_backup_routes(Api& api) {
  api.add(jobs::Scope::admin, net::Method::post, "/backup", [&api](net::Request, net::Responder responder) {
    api.read(
        [&api](store::Reader& reader) {
          return answer(copy(reader, api.host, api.backup_folder, api.keep_backups),
                        [](const os::Path& file) { return answer_json(201, wire::encode_backup(file.string())); });
        },
        std::move(responder));
  });
}

}  // namespace master
