// streams: what nginx-rtmp's statistics page says, by application. A stream's name is the key by which it may be
// published: a secret, and as many as there are jobs. It is no label.
#include <map>
#include <mutex>

#include "base/format.h"
#include "exporter/collector.h"
#include "exporter/sampler.h"
#include "exporter/series.h"
#include "media/nginx_stat.h"
#include "net/http_client.h"

namespace exporter {
namespace {

// nginx's own bitrates are means of ten seconds.
constexpr units::Seconds kInterval{5};
constexpr units::Seconds kPatience{2};

struct Application {
  int publishing = 0, waiting = 0, clients = 0;
  double in = 0, out = 0;  // bits per second
};
using Applications = std::map<std::string, Application>;

class Streams final : public Collector {
 public:
  explicit Streams(const World& world) : url_(world.subjects.rtmp_stat) {
    if (!url_.empty()) sampler_.emplace(world.host.clock, kInterval, [this](std::stop_token stop) { take(stop); });
  }

  base::Result<void> collect(metrics::Registry& registry) override {
    if (url_.empty())
      return base::Error::failed(
          "the collector streams was not told where nginx's statistics page is; add "
          "--rtmp-stat http://127.0.0.1:PORT/stat");
    const std::lock_guard lock(mutex_);
    for (const auto& [name, a] : seen_) {
      streams_.set(registry, {name, "publishing"}, a.publishing);
      streams_.set(registry, {name, "waiting"}, a.waiting);
      clients_.set(registry, {name}, a.clients);
      bitrate_.set(registry, {name, "in"}, a.in);
      bitrate_.set(registry, {name, "out"}, a.out);
    }
    streams_.sweep(registry);
    clients_.sweep(registry);
    bitrate_.sweep(registry);
    if (!fault_.empty()) return base::Error::failed(fault_);
    return {};
  }

 private:
  void take(const std::stop_token& stop) {
    net::Call call;
    call.url = url_;
    call.timeout = call.connect_timeout = kPatience;
    call.most_answer = 4u << 20;
    Applications seen;
    std::string fault;
    const auto answer = client_.send(call, stop);
    if (!answer) {
      fault = answer.error().text();
    } else if (answer->status != 200) {
      fault = base::format("{} answered {}; is rtmp_stat all; on in that location?", url_, answer->status);
    } else if (const auto streams = media::parse_nginx_stat(answer->body); !streams) {
      fault = base::format("{}: {}", url_, streams.error().text());
    } else {
      for (const auto& stream : *streams) {
        auto& a = seen[stream.application];
        ++(stream.state == media::LiveStream::State::publishing ? a.publishing : a.waiting);
        a.clients += stream.clients;
        a.in += stream.bitrate_in.value();
        a.out += stream.bitrate_out.value();
      }
    }
    const std::lock_guard lock(mutex_);
    seen_ = std::move(seen);
    fault_ = std::move(fault);
  }

  const std::string url_;
  Series<2> streams_{metrics::Name::rtmp_streams, {"application", "state"}};
  Series<1> clients_{metrics::Name::rtmp_clients, {"application"}};
  Series<2> bitrate_{metrics::Name::rtmp_bitrate, {"application", "direction"}};
  net::HttpClient client_;  // of the sampler's thread
  std::mutex mutex_;
  Applications seen_;
  std::string fault_ = "nginx's statistics page was not read yet";
  std::optional<Sampler> sampler_;  // last: ends before what it writes
};

}  // namespace

std::unique_ptr<Collector> open_streams(const World& world) { return std::make_unique<Streams>(world); }

}  // namespace exporter
