#include <array>

#include "base/format.h"
#include "cli/doctor/checks.h"
#include "os/machine.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

constexpr std::string_view install = "apt install nginx libnginx-mod-rtmp";

// Debian's nginx is in /usr/sbin, which is not in every user's PATH.
base::Result<os::Path> find_nginx(const os::Environment& environment) {
  auto found = os::find_program("nginx", environment);
  return found ? found : os::find_program("/usr/sbin/nginx", environment);
}

wire::Check rtmp_server(Context& context) {
  const auto nginx = find_nginx(context.environment);
  if (!nginx)
    return {"rtmp server", State::not_here, "nginx is not installed; only RTMP tests need it", std::string(install)};
  const os::Path module = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
  if (!context.host.files.exists(module)) {
    return {"rtmp server", State::not_here, "nginx has no rtmp module; only RTMP tests need it", std::string(install)};
  }
  return {"rtmp server", State::ok, base::format("{} with {}", nginx->string(), module.filename().string()), ""};
}

struct KnownPort {
  int number;
  std::string_view used_by;
};
constexpr std::array ports{KnownPort{1935, "RTMP"}, KnownPort{8080, "master"}, KnownPort{8428, "VictoriaMetrics"},
                           KnownPort{3000, "Grafana"}, KnownPort{9093, "Alertmanager"}};

}  // namespace

std::vector<wire::Check> check_servers(Context& context) {
  std::vector<wire::Check> out{rtmp_server(context)};
  std::string free;
  for (const auto& [number, used_by] : ports) {
    const auto owner = os::port_owner(context.host.files, context.host.root, number);
    if (owner) {
      // That may be the very server that belongs there, so it is no fault.
      out.push_back({base::format("port {}", number), State::warning,
                     base::format("{} listens there; {} would want it", *owner, used_by), ""});
    } else if (owner.error().kind() == base::ErrorKind::absent) {
      free += base::format("{}{} ({})", free.empty() ? "" : ", ", number, used_by);
    } else {
      out.push_back({base::format("port {}", number), State::warning, owner.error().text(), ""});
    }
  }
  if (!free.empty()) out.push_back({"ports", State::ok, "free: " + free, ""});
  return out;
}

}  // namespace cli::doctor
