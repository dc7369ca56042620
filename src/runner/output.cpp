// Where an output stands until somebody with the right to publish it gives it its final name.
#include "base/format.h"
#include "base/mutants.h"
#include "runner/run_transcode.h"

namespace runner {
namespace {

// A name may have 255 bytes (NAME_MAX); an id and the extension must still fit behind the stem.
constexpr std::size_t kMostStem = 150;

}  // namespace

os::Path temporary_output(const os::Path& final_name, const std::string& id) {
  std::string stem = final_name.stem().string();
  if (stem.size() > kMostStem) stem.resize(kMostStem);
  return final_name.parent_path() / base::format(".{}.{}{}", stem, id, final_name.extension().string());
}

base::Result<void> publish(os::Files& files, const os::Path& final_name, const std::string& id) {
  const auto temporary = temporary_output(final_name, id);
  const auto context = base::format("publishing {}", final_name.string());
  // Asked, not tried: what cannot be looked at now is not gone.
  const auto made = files.status(temporary), published = files.status(final_name);
  for (const auto* status : {&made, &published})
    if (!*status && status->error().kind() != base::ErrorKind::absent) return status->error().in(context);
  if (!made && !published)
    return base::Error::absent(base::format("{}: neither it nor {} exists", context, temporary.string()));
  if (made) FFWATT_CHECK(files.rename(temporary, final_name).in(context));
  if (FFWATT_MUTANT(published_without_sync)) return {};
  // Also where it has its name already: whoever gave it may have been killed before the name was durable.
  return files.sync_folder(final_name.parent_path()).in(context);
}

void discard(os::Files& files, const os::Path& final_name, const std::string& id) {
  // Best effort: what remains is hidden, carries the id, and costs only space.
  (void)files.remove(temporary_output(final_name, id)).ok();
}

}  // namespace runner
