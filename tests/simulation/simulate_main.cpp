// simulate: runs seeds of the farm simulator, one line of JSON each.
//
//   simulate --first N --step K --seconds S    N, N+K, N+2K … until S seconds of this process have passed
//   simulate --seed N [--trace]                one, and what happened in it; --without FAULT leaves a kind of fault
//   out,
//                                              --most jobs=5 makes it smaller: masters, agents, clients, jobs
//   simulate … --mutant NAME                   with one of src/base/mutants.def in it; ends when it was found
//   simulate --mutants, simulate --marks       their names
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/mutants.h"
#include "base/text.h"
#include "json/json.h"
#include "simulation/farm.h"

namespace {

json::Value line_of(const simulation::Config& config, const simulation::RunResult& outcome) {
  json::Value faults = json::Value::array({}), marks = json::Value::array({});
  for (const auto& mark : outcome.marks) marks.push_back(mark);
  for (const auto& fault : outcome.faults) faults.push_back(fault);
  return json::Value::object({{"seed", base::format("{}", config.seed)},
                              {"config", text(config)},
                              {"hash", base::format("{:016x}", outcome.trace_hash)},
                              {"steps", static_cast<std::int64_t>(outcome.steps)},
                              {"jobs", static_cast<std::int64_t>(outcome.jobs)},
                              {"hours", outcome.hours},
                              {"marks", std::move(marks)},
                              {"faults", std::move(faults)}});
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 1, step = 1;
  double patience = 0;
  bool one = false, trace = false;
  std::vector<std::string> without;
  std::vector<std::pair<std::string, int>> limits;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
    const auto number = [&] {
      const auto text = value();
      const auto read = base::to_unsigned(text);
      if (!read) std::cerr << "simulate: " << word << " is '" << text << "'; write a whole number\n", std::exit(2);
      return *read;
    };
    if (word == "--seed") {
      one = true;
      first = number();
    } else if (word == "--first") {
      first = number();
    } else if (word == "--step") {
      step = std::max<std::uint64_t>(1, number());
    } else if (word == "--seconds") {
      patience = static_cast<double>(number());
    } else if (word == "--mutant") {
      const auto name = value();
#define MUTANT(mutant_name, fault) \
  if (name == #mutant_name) base::mutant = base::Mutant::mutant_name;
#include "base/mutants.def"
#undef MUTANT
      if (base::mutant == base::Mutant::none) {
        std::cerr << "simulate: there is no mutant '" << name << "'\n";
        return 2;
      }
    } else if (word == "--marks") {
      for (const auto& name : simulation::names(simulation::Marks().set())) std::cout << name << "\n";
      return 0;
    } else if (word == "--mutants") {
#define MUTANT(mutant_name, fault) std::cout << #mutant_name "\n";
#include "base/mutants.def"
#undef MUTANT
      return 0;
    } else if (word == "--without") {
      without.push_back(value());
    } else if (word == "--most") {
      const auto text = value();
      const auto equals = text.find('=');
      const auto most = base::to_int(equals == std::string::npos ? "" : text.substr(equals + 1));
      if (!most) {
        std::cerr << "simulate: --most is '" << text << "'; write for example --most jobs=5\n";
        return 2;
      }
      limits.emplace_back(text.substr(0, equals), static_cast<int>(*most));
    } else if (word == "--trace") {
      trace = true;
    } else {
      std::cerr << "simulate: unknown word '" << word << "'; see the head of tests/simulation/simulate_main.cpp\n";
      return 2;
    }
  }
  const auto begun = std::chrono::steady_clock::now();
  bool failed = false;
  for (std::uint64_t seed = first;; seed += step) {
    auto config = simulation::draw_config(seed);
    for (const auto& fault : without) {
      if (leave_out(config, fault)) continue;
      std::cerr << "simulate: no fault is named '" << fault << "'\n";
      return 2;
    }
    for (const auto& [what, most] : limits) {
      if (limit(config, what, most)) continue;
      std::cerr << "simulate: nothing is counted as '" << what << "'\n";
      return 2;
    }
    simulation::Farm::Listener listener;
    if (trace)
      listener = [](simulation::Moment when, std::string_view who, std::string_view what) {
        std::cerr << base::format("{:12.6f} {:4} {}\n", simulation::seconds(when), who, what);
      };
    simulation::Farm farm(config, listener);
    const auto outcome = farm.run();
    failed = failed || !outcome.faults.empty();
    std::cout << json::write(line_of(config, outcome)) << std::endl;
    if (base::mutant != base::Mutant::none && failed) break;
    if (one || std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() >= patience) break;
  }
  return failed ? 1 : 0;
}
