// What the master program can be told, by flag, environment or file, and the object graph that follows from it.
#pragma once

#include "master/access.h"
#include "master/core.h"
#include "master/https.h"
#include "options/options.h"
#include "os/host.h"

namespace master {

struct Settings {
  std::string address;
  std::uint16_t port = 8080;
  os::Path state_folder;
  os::Path key_file;
  std::string database;  // postgres://…, which may hold a password: never printed; empty: a file in the state folder
  Access::Mode access = Access::Mode::guarded;
  Access::Neighbours neighbours = Access::Neighbours::trusted;
  TlsSettings tls;
  int keep_backups = 10;
  std::string notify_socket;  // of a service manager that waits for READY=1; empty: none does
  CoreSettings core;
};

options::Shape shape();
// invalid: what is wrong and where it was said. `version` is the program's own.
base::Result<Settings> settings_from(const options::Values& values, const os::Environment& environment,
                                     std::string version);

}  // namespace master
