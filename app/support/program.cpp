#include "support/program.h"

#include <unistd.h>

#include <iostream>

#include "cli/config_keys.h"
#include "cli/exit_code.h"
#include "cli/frame.h"
#include "os/terminal.h"
#include "relay/serve.h"
#include "support/output.h"

namespace app {

os::Environment environment_of_process() {
  os::Environment out;
  for (char** entry = ::environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto at = text.find('=');
    if (at != text.npos) out.emplace_back(text.substr(0, at), text.substr(at + 1));
  }
  return out;
}

std::optional<int> be_relay(const std::vector<std::string>& words) {
  if (words.size() != 1 || words[0] != relay::kWord) return std::nullopt;
  os::RealHost host;
  return relay::serve(host.host().clock, os::Descriptor(relay::kControl)) ? cli::ok : cli::failed;
}

int run_service(options::Shape shape, const std::vector<std::string>& words, const os::Environment& environment,
                const os::Files& files, const Serve& serve) {
  Output output;
  if (words.size() == 1 && words[0] == "--version") {
    std::cout << shape.program << " " << FFWATT_VERSION << "\n";
    return output.ended(shape.program, cli::ok);
  }
  for (auto& option : cli::common_options())
    if (option.flag == "config") shape.options.push_back(std::move(option));
  auto inputs = cli::usual_inputs(environment);
  inputs.words = words;
  inputs.columns = os::terminal_facts(STDOUT_FILENO, environment).columns;
  const auto complain = [&](const base::Error& error) {
    std::cerr << shape.program << ": " << error.text() << "\n";
    return cli::exit_code(error);
  };
  const auto parsed = options::parse(shape, inputs, files);
  if (!parsed) {
    complain(parsed.error());
    return options::check_files(shape, inputs, files) ? cli::usage : cli::config_invalid;
  }
  if (const auto& help = parsed->help) {
    std::cout << *help;
    return output.ended(shape.program, cli::ok);
  }
  // A service goes on where nobody reads what it says at its start.
  const auto served = serve(parsed->values);
  return served ? cli::ok : complain(served.error());
}

}  // namespace app
