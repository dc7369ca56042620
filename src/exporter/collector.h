// Collector: one subject of the exporter's page. Read this header first.
//
// A collector brings its series up to date in the registry when a scrape asks; the page is written afterwards, from the
// registry. Scrapes may come from many scrapers at any time, so what a collector adds to a counter must not depend on
// how often it is asked: it exports totals that something else keeps, and never reads and resets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "meter/settings.h"
#include "metrics/registry.h"
#include "os/host.h"
#include "power_sources/sources.h"

namespace exporter {

class Collector {
 public:
  virtual ~Collector() = default;
  // Called by one thread at a time, always with the same registry. Does not wait: what takes milliseconds is read on a
  // thread of the collector's own, which begins when it is opened and ends when it is destroyed. What is unknown has no
  // series (never 0): a series that no longer holds is forgotten. An error says why the series are not up to date; it
  // costs this collector's success, no other's. A machine that lacks the subject is no error.
  virtual base::Result<void> collect(metrics::Registry& registry) = 0;
  // Called by the same thread at a time every few seconds, whether anybody scrapes or not.
  virtual void housekeeping() {}
};

// What the collectors look at beyond /proc and /sys.
struct Subjects {
  std::string rtmp_stat;   // URL of nginx's page; empty: not told
  os::Path docker_socket;  // for the names of containers; empty: they are called by their ids
  struct Target {
    std::string name, url, metric;  // well where a sample of this metric is on the page
  };
  std::vector<Target> targets;
};

// What a collector is made from. Its parts outlive it.
struct World {
  os::Host& host;
  std::string node;  // value of the label `node`: the machine's host name
  base::Log& log;
  power_sources::Settings energy{};
  meter::MeterOptions meter{};
  Subjects subjects{};
};

struct Known {
  std::string name, description;
};
std::vector<Known> known_collectors();  // in the order of collectors.def

struct Named {
  std::string name;
  std::unique_ptr<Collector> collector;
};
// Each name once, in the order of collectors.def. invalid: an unknown name, or none at all.
base::Result<std::vector<Named>> open_collectors(const World& world, const std::vector<std::string>& names);

// What each file of collectors/ provides.
#define COLLECTOR(name, description) std::unique_ptr<Collector> open_##name(const World& world);
#include "exporter/collectors.def"
#undef COLLECTOR

}  // namespace exporter
