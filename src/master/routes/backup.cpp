// POST /backup: a copy of the database in the master's own folder, on a reader's thread. Whoever may ask for it says
// neither where it goes nor what it is called: a caller from elsewhere must not write files on this machine.
#include "base/format.h"
#include "master/answers.h"
#include "master/api.h"
#include "units/time.h"
#include "wire/listings.h"

namespace master {
namespace {

base::Result<os::Path> copy(store::Reader& reader, os::Host& host, const os::Path& folder) {
  FFWATT_CHECK(host.files.make_folders(folder, 0700));
  const auto now = host.clock.wall();
  const auto name = base::format("ffwatt-{}-{}.sqlite", units::file_stamp(now), base::short_id(host.random.next()));
  const auto unfinished = folder / ("." + name), finished = folder / name;
  auto copied = reader.backup(unfinished);
  if (copied) copied = host.files.sync_file(unfinished);
  if (copied) copied = host.files.rename(unfinished, finished);
  if (copied) copied = host.files.sync_folder(folder);
  if (copied) return finished;
  [[maybe_unused]] const auto removed = host.files.remove(unfinished);
  return std::move(copied).error();
}

}  // namespace

void add_backup_routes(Api& api) {
  api.add(net::Method::post, "/backup", [&api](net::Request, net::Responder responder) {
    api.read(
        [&api](store::Reader& reader) {
          return answer(copy(reader, api.host, api.backup_folder),
                        [](const os::Path& file) { return answer_json(201, wire::encode_backup(file.string())); });
        },
        std::move(responder));
  });
}

}  // namespace master
