// health: asks other programs' pages for a metric that only a working one shows. An HTTP 200 says that a socket is
// served and no more. It asks each page every 15 s, as a scraper would, and disturbs no counter by that.
#include <mutex>

#include "base/format.h"
#include "base/text.h"
#include "exporter/collector.h"
#include "exporter/sampler.h"
#include "exporter/series.h"
#include "net/http_client.h"

namespace exporter {
namespace {

constexpr units::Seconds kInterval{15};
constexpr units::Seconds kPatience{2};

// A sample of the metric, not the comment about it: "name 1", "name{…} 1".
bool shows(std::string_view page, std::string_view metric) {
  for (const auto line : base::split(page, '\n'))
    if (line.starts_with(metric) && line.size() > metric.size() &&
        (line[metric.size()] == ' ' || line[metric.size()] == '{'))
      return true;
  return false;
}

struct Seen {
  enum class State { not_asked, up, down } state = State::not_asked;
  units::Seconds took{};
};

class Health final : public Collector {
 public:
  explicit Health(const World& world)
      : clock_(world.host.clock), log_(world.log), targets_(world.subjects.targets), seen_(targets_.size()) {
    if (!targets_.empty()) sampler_.emplace(clock_, kInterval, [this](std::stop_token stop) { take(stop); });
  }

  // That a target is down is what this collector is for: no fault of its own.
  base::Result<void> collect(metrics::Registry& registry) override {
    if (targets_.empty())
      return base::Error::failed("the collector health was not told what to watch; add --watch NAME=URL#METRIC");
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (seen_[i].state == Seen::State::not_asked) continue;
      up_.set(registry, {targets_[i].name}, seen_[i].state == Seen::State::up ? 1 : 0);
      if (seen_[i].state == Seen::State::up) answer_.set(registry, {targets_[i].name}, seen_[i].took.value());
    }
    answer_.sweep(registry);
    return {};
  }

 private:
  void take(const std::stop_token& stop) {
    for (std::size_t i = 0; i < targets_.size() && !stop.stop_requested(); ++i) {
      const auto begin = clock_.boot();
      const auto fault = ask(targets_[i], stop);
      if (stop.stop_requested()) return;
      const Seen seen{fault.empty() ? Seen::State::up : Seen::State::down, clock_.boot() - begin};
      const std::lock_guard lock(mutex_);
      if (seen.state != seen_[i].state && (seen.state == Seen::State::down || seen_[i].state == Seen::State::down)) {
        if (fault.empty())
          log_.info("a watched program is well again", {{"target", targets_[i].name}});
        else
          log_.warning("a watched program is not well", {{"target", targets_[i].name}, {"why", fault}});
      }
      seen_[i] = seen;
    }
  }

  std::string ask(const Subjects::Target& target, const std::stop_token& stop) {
    net::Call call;
    call.url = target.url;
    call.timeout = call.connect_timeout = kPatience;
    const auto answer = client_.send(call, stop);
    if (!answer) return answer.error().text();
    if (answer->status != 200) return base::format("it answered {}", answer->status);
    if (!shows(answer->body, target.metric)) return base::format("its page has no sample of {}", target.metric);
    return "";
  }

  const os::Clock& clock_;
  base::Log& log_;
  const std::vector<Subjects::Target> targets_;
  Series<1> up_{metrics::Name::target_up, {"target"}}, answer_{metrics::Name::target_answer, {"target"}};
  net::HttpClient client_;  // of the sampler's thread
  std::mutex mutex_;
  std::vector<Seen> seen_;          // by target
  std::optional<Sampler> sampler_;  // last: ends before what it writes
};

}  // namespace

std::unique_ptr<Collector> open_health(const World& world) { return std::make_unique<Health>(world); }

}  // namespace exporter
