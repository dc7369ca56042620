#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "store/conformance/backends.h"

namespace store::conformance {
namespace {

class SqliteBackend final : public Backend {
 public:
  base::Result<std::unique_ptr<Store>> open() override {
    return open_sqlite(host_.host(), folder_ / "farm" / "jobs.db");
  }
  os::Host& host() override { return host_.host(); }
  os::Path folder() override { return folder_.path(); }

 private:
  os_testing::TemporaryFolder folder_;
  os::RealHost host_;
};

}  // namespace

std::unique_ptr<Backend> backend_sqlite() { return std::make_unique<SqliteBackend>(); }

}  // namespace store::conformance
