// What the agent program can be told, by flag, environment or file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "jobs/rates.h"
#include "meter/settings.h"
#include "options/options.h"
#include "os/host.h"
#include "power_sources/sources.h"
#include "relay/address_policy.h"
#include "sandbox/sandbox.h"

namespace agent {

struct Settings {
  std::string master;  // URL
  std::string key;
  std::string ca_file;  // PEM, of masters over https; empty: the system's authorities
  std::string ca_pin;   // its fingerprint, where it is to be fetched: 64 hex digits
  std::string name;
  int slots = 1;
  std::map<std::string, int> device_slots;    // {"nvenc": 8}
  std::map<std::string, std::string> labels;  // of this node, wanted by jobs
  os::Path state_folder, output_folder;
  sandbox::Mode sandbox = sandbox::Mode::best;
  relay::AddressPolicy destinations;      // that jobs may reach beside public ones
  std::string input_ca_file;              // PEM; empty: the system's authorities
  std::map<std::string, os::Path> roots;  // folders that jobs may read and write, by name
  power_sources::Settings energy;
  std::optional<jobs::Rates> rates;  // of this machine's electricity; absent: nobody said
  meter::MeterOptions meter;
  units::Seconds orphan_limit{1800};  // how long past the end of its lease a job may go on
  units::Seconds meter_patience{60};
  enum class Be { agent, meter } be = Be::agent;
  // Flags of this agent that its runners get too. What comes from the environment or a file they read themselves.
  std::vector<std::string> runner_words;
  std::string version;
  os::Path own_program;
  std::optional<os::Path> run_one;  // the attempt's folder: be its runner, not an agent
};

options::Shape shape();
base::Result<Settings> settings_from(const options::Values& values, const os::Host& host,
                                     const os::Environment& environment, std::string version);

}  // namespace agent
