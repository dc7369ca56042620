#include <chrono>
#include <cstdio>

#include "base/format.h"
#include "statistics.h"

int main(int argc, char** argv) {
  using namespace truth;
  const std::size_t jobs = argc > 1 ? std::stoul(argv[1]) : 200;
  const double rate = argc > 2 ? std::stod(argv[2]) : 10;
  for (const auto source : power_testing::kKinds)
    for (const int neighbours : {1, 2, 4, 8, 16}) {
      const auto begin = std::chrono::steady_clock::now();
      Scenario scenario{
          .source = source, .rate = units::Hertz(rate), .neighbours = neighbours, .jobs = jobs, .machine = {}};
      if (source == power_testing::Kind::wall_energy) scenario.rate = units::Hertz(0.1), scenario.jobs = jobs / 4;
      if (source == power_testing::Kind::redfish) scenario.rate = units::Hertz(0.1);
      const auto result = run_scenario(scenario);
      const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      for (const auto& scope : result.scopes) {
        const auto ours = spread(scope.jobs, [](auto& j) { return j.above_idle; });
        const auto use = spread(scope.jobs, [](auto& j) { return j.times_utilisation; });
        const auto share = spread(scope.jobs, [](auto& j) { return j.times_share; });
        std::fputs(base::format(
                       "{:12} {:8} k={:2} node {:+.4f}% ours mean {:.1f}% med {:.1f}% p95 {:.1f}% bias {:+.1f}% cover "
                       "{:.1f}% cons {:.1e} | util {:.0f}% share {:.0f}% | {:.0f} s in {:.2f} s\n",
                       power_testing::name(source), units::name(scope.scope), neighbours, scope.node_bias() * 100,
                       ours.mean * 100, ours.median * 100, ours.p95 * 100, ours.bias * 100, coverage(scope.jobs) * 100,
                       scope.conservation, use.mean * 100, share.mean * 100, result.simulated.value(), took)
                       .c_str(),
                   stdout);
      }
    }
}
