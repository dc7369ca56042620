// What the programs share: the environment as a value, and parsing a service's command line and files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "options/options.h"
#include "os/host.h"

namespace app {

os::Environment environment_of_process();

// Parses words, environment and the usual files, answers --help and --version, and calls `serve`. Returns the exit
// code.
using Serve = std::function<base::Result<void>(const options::Values& values)>;
int run_service(options::Shape shape, const std::vector<std::string>& words, const os::Environment& environment,
                const os::Files& files, const Serve& serve);

// The relay of a job (relay/serve.h), where the words say so: a program that starts jobs is its own relay.
std::optional<int> be_relay(const std::vector<std::string>& words);

}  // namespace app
