// The stores that this build knows. Who runs the suite for another one links its own list.
#include "store/conformance/store_fixture.h"

namespace store::conformance {

std::vector<BackendName> all_backends() {
  return {
#define STORE(name, text) {#name, backend_##name},
#include "store/stores.def"
#undef STORE
  };
}

}  // namespace store::conformance
