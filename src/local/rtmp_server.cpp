#include "local/rtmp_server.h"

#include <signal.h>

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "local/nginx_conf.h"
#include "net/http_client.h"
#include "net/ports.h"
#include "os/machine.h"

namespace local {
namespace {

using base::Error;
using base::format;

// nginx listens some 20 ms after its start; a loaded machine is given a hundred times that and more.
constexpr units::Seconds kStarting{10};
constexpr units::Seconds kBetweenLooks{0.01};

// A stopped nginx closes its players at once; then SIGKILL, which nothing in it outlives.
constexpr units::Seconds kStopping{2};
constexpr units::Seconds kKilled{5};

// A chosen port was free a moment ago; somebody else may be faster.
constexpr int kPortAttempts = 5;

constexpr std::string_view kInstall = "apt install nginx-light libnginx-mod-rtmp";

base::Result<os::Path> find_nginx(const os::Environment& environment) {
  // Debian keeps it in sbin, which is not in an ordinary user's PATH.
  for (const std::string_view name : {"nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"})
    if (auto found = os::find_program(name, environment)) return found;
  return Error::absent(format("nginx is not installed; install it: {}", kInstall));
}

base::Result<os::Path> find_rtmp_module(const os::Files& files) {
  constexpr std::array<std::string_view, 4> folders{"/usr/lib/nginx/modules", "/usr/share/nginx/modules",
                                                    "/usr/lib64/nginx/modules", "/usr/local/nginx/modules"};
  for (const auto folder : folders) {
    const auto module = os::Path(folder) / "ngx_rtmp_module.so";
    if (files.exists(module)) return module;
  }
  return Error::absent(format("nginx is here, but not its rtmp module; install it: {}", kInstall));
}

// The last lines of nginx's own log, without their date: "[emerg] bind() to 127.0.0.1:1935 failed (98: …)".
std::string nginx_words(const os::Files& files, const os::Path& folder) {
  const auto log = files.read(folder / kErrorLog);
  if (!log) return "";
  std::vector<std::string> words;
  for (const auto line : base::split(*log, '\n')) {
    const bool grave =
        line.find("[emerg]") != line.npos || line.find("[alert]") != line.npos || line.find("[crit]") != line.npos;
    if (grave) words.emplace_back(line.substr(line.find('[')));
  }
  if (words.size() > 2) words.erase(words.begin(), words.end() - 2);
  return base::join(words, "; ");
}

class NginxServer final : public RtmpServer {
 public:
  NginxServer(os::Host& host, RtmpSettings settings, std::unique_ptr<os::Process> process)
      : host_(host), settings_(std::move(settings)), process_(std::move(process)) {}
  ~NginxServer() override { NginxServer::stop(); }

  std::string url(std::string_view key) const override {
    return format("rtmp://127.0.0.1:{}/live/{}", settings_.rtmp_port, key);
  }
  std::string stat_url() const override { return format("http://127.0.0.1:{}/stat", settings_.http_port); }

  base::Result<std::vector<media::LiveStream>> streams() override {
    net::Call call;
    call.url = stat_url();
    call.timeout = units::Seconds(5);
    auto answer = client_.send(call);
    if (has_ended()) return died();
    if (!answer) return answer.error().in("the RTMP server's statistics");
    if (answer->status != 200) {
      return Error::failed(format("the RTMP server's statistics: {} answers {}", stat_url(), answer->status));
    }
    return media::parse_nginx_stat(answer->body).in("the RTMP server's statistics");
  }

  void stop() override {
    if (!process_) return;
    for (const auto& [number, patience] : {std::pair{SIGTERM, kStopping}, std::pair{SIGKILL, kKilled}}) {
      (void)process_->signal(number).ok();
      const auto ended = process_->wait_until(host_.clock.boot() + patience);
      if (ended && *ended) break;
    }
    process_.reset();
  }

  // Until both ports accept.
  base::Result<void> await_ready() {
    const auto deadline = host_.clock.boot() + kStarting;
    while (!net::listening(settings_.rtmp_port) || !net::listening(settings_.http_port)) {
      const auto now = host_.clock.boot();
      if (now >= deadline) {
        return Error::failed(format("nginx did not listen on its ports within {} s", kStarting.value()));
      }
      // Wakes at once where nginx has given up.
      const auto ended = process_->wait_until(now + kBetweenLooks);
      if (ended && *ended) return died();
    }
    // Somebody else's server may be what accepts, while ours is about to fail on the same port.
    return has_ended() ? base::Result<void>(died()) : base::Result<void>();
  }

 private:
  bool has_ended() {
    if (!process_) return true;
    const auto ended = process_->wait_until(host_.clock.boot());
    return ended && *ended;
  }
  Error died() const {
    const auto words = nginx_words(host_.files, settings_.folder);
    return Error::failed("the RTMP server (nginx) has ended" + (words.empty() ? std::string() : ": " + words));
  }

  os::Host& host_;
  RtmpSettings settings_;
  std::unique_ptr<os::Process> process_;
  net::HttpClient client_;
};

base::Result<void> refuse_taken(const os::Host& host, std::uint16_t port, std::string_view what) {
  if (port == 0 || !net::listening(port)) return {};
  const auto owner = os::port_owner(host.files, host.root, port);
  return Error::failed(format("{} port {} is taken by {}; stop that or choose another port", what, port,
                              owner.value_or("another program")));
}

base::Result<std::unique_ptr<NginxServer>> start_once(os::Host& host, const os::Path& nginx, const os::Path& module,
                                                      const os::Environment& environment, RtmpSettings settings) {
  for (auto* port : {&settings.rtmp_port, &settings.http_port}) {
    if (*port != 0) continue;
    FFWATT_TRY(*port, net::free_port());
  }
  FFWATT_CHECK(host.files.write_durably(settings.folder / kConfiguration,
                                        nginx_conf(module, settings.rtmp_port, settings.http_port)));
  FFWATT_CHECK(host.files.remove(settings.folder / kErrorLog));
  os::SpawnSpec spec;
  spec.program = nginx;
  // -e: before it has read its configuration, nginx would log to /var/log, which only root may.
  spec.arguments = {"-p", settings.folder.string() + "/", "-c", std::string(kConfiguration),
                    "-e", std::string(kErrorLog)};
  // Not NGINX, by which it would look for inherited sockets.
  if (const auto* path = os::find(environment, "PATH")) spec.environment = {{"PATH", *path}};
  spec.folder = settings.folder;
  spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
  spec.group = os::SpawnSpec::Group::own;  // Ctrl-C is not for it: the stream's end is told first
  spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  FFWATT_TRY(auto process, host.processes.spawn(spec));
  auto server = std::make_unique<NginxServer>(host, std::move(settings), std::move(process));
  FFWATT_CHECK(server->await_ready());
  return server;
}

}  // namespace

base::Result<std::unique_ptr<RtmpServer>> RtmpServer::start(os::Host& host, const os::Environment& environment,
                                                            RtmpSettings settings) {
  FFWATT_TRY(const auto nginx, find_nginx(environment));
  FFWATT_TRY(const auto module, find_rtmp_module(host.files));
  FFWATT_CHECK(refuse_taken(host, settings.rtmp_port, "the RTMP"));
  FFWATT_CHECK(refuse_taken(host, settings.http_port, "the statistics"));
  FFWATT_CHECK(host.files.make_folders(settings.folder / "tmp").in("the RTMP server's folder"));
  FFWATT_TRY(settings.folder, host.files.real_path(settings.folder));

  const bool ports_are_ours = settings.rtmp_port == 0 || settings.http_port == 0;
  for (int attempt = 1;; ++attempt) {
    auto server = start_once(host, nginx, module, environment, settings);
    if (server) return std::unique_ptr<RtmpServer>(*std::move(server));
    const bool port_lost = server.error().text().find("98: Address already in use") != std::string::npos;
    if (!port_lost || !ports_are_ours || attempt == kPortAttempts) return server.error().in("starting nginx");
  }
}

}  // namespace local
