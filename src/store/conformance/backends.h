// What the conformance suite asks of a store besides its interface: a place for its data that outlives the object. For
// tests only.
#pragma once

#include <memory>

#include "base/result.h"
#include "os/host.h"
#include "store/store.h"

namespace store::conformance {

class Backend {
 public:
  virtual ~Backend() = default;
  // Opens the store over the data that is there; empty at first. The one opened before has been destroyed.
  virtual base::Result<std::unique_ptr<Store>> open() = 0;
  // The time at which a test begins, and what makes it pass: a store with a clock of its own has to be told.
  virtual units::Instant now() {
    return {*units::parse_rfc3339("2026-01-31T09:00:00.000Z"), units::BootTime::from_seconds(3600)};
  }
  virtual void pass(units::Seconds) {}
  // The machine on whose disk this backend copies a database, and an empty folder there.
  virtual os::Host& host() = 0;
  virtual os::Path folder() = 0;
};

#define STORE(name, text) std::unique_ptr<Backend> backend_##name();
#include "store/stores.def"
#undef STORE

}  // namespace store::conformance
