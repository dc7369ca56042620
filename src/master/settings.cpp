#include "master/settings.h"

#include <algorithm>
#include <filesystem>

#include "os/service_notify.h"

namespace master {

using options::Option;

options::Shape shape() {
  options::Shape shape;
  shape.program = "master";
  shape.description = "Keeps the queue of jobs, gives them to agents and keeps what came of them.";
  shape.examples = {"master --port 8080", "master --port 0 --address 127.0.0.1 --state-dir /tmp/ffwatt"};
  shape.options = {
      {.flag = "port",
       .short_flag = 'p',
       .key = "master.port",
       .variable = "FFWATT_PORT",
       .type = Option::Type::integer,
       .value_name = "PORT",
       .help = "TCP port of the REST interface; 0 takes a free one",
       .standard = "8080",
       .least = 0,
       .most = 65535},
      {.flag = "address",
       .key = "master.address",
       .value_name = "ADDRESS",
       .help = "Address to listen on; :: means every one",
       .standard = "::"},
      {.flag = "state-dir",
       .key = "master.state_dir",
       .type = Option::Type::path,
       .value_name = "FOLDER",
       .help = "Folder of the database and the key file"},
      {.flag = "db",
       .key = "master.db",
       .variable = "FFWATT_DB",
       .value_name = "URL",
       .help = "PostgreSQL database instead, for any number of masters: postgres://USER@HOST/NAME; a password belongs "
               "into FFWATT_DB or PGPASSFILE, where `ps` does not show it"},
      {.flag = "key-file",
       .key = "master.key_file",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "File with the key for callers from other machines; made if absent"},
      {.flag = "insecure",
       .key = "master.insecure",
       .type = Option::Type::toggle,
       .help = "Let anybody in, without a key: for a closed laboratory only"},
      {.flag = "no-loopback-trust",
       .key = "master.no_loopback_trust",
       .type = Option::Type::toggle,
       .help = "Callers on this machine need a token or the key as well"},
      {.flag = "tls",
       .key = "master.tls",
       .type = Option::Type::toggle,
       .help = "Speak https, with certificates of a private authority that is made at the first start"},
      {.flag = "tls-name",
       .key = "master.tls_names",
       .type = Option::Type::list,
       .value_name = "NAME,…",
       .help = "Other names and addresses by which this master is reached, for its certificate"},
      {.flag = "cert",
       .key = "master.cert",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "Speak https with a certificate of your own: PEM, followed by those up to its authority"},
      {.flag = "cert-key",
       .key = "master.cert_key",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "The key to it: PEM, without a password, mode 0600"},
      {.flag = "heartbeat",
       .key = "master.heartbeat",
       .type = Option::Type::duration,
       .help = "How often agents report and renew their leases",
       .standard = "30s"},
      {.flag = "lease",
       .key = "master.lease",
       .type = Option::Type::duration,
       .help = "How long a job stays with an agent that is silent; at least three heartbeats",
       .standard = "90s"},
      {.flag = "keep-jobs",
       .key = "master.keep_jobs",
       .type = Option::Type::duration,
       .help = "How long a job and its power trace are kept after its end, 0 for ever; results always are",
       .standard = "90d"},
      {.flag = "keep-backups",
       .key = "master.keep_backups",
       .type = Option::Type::integer,
       .value_name = "N",
       .help = "How many copies of the database POST /backup leaves; the oldest go",
       .standard = "10",
       .least = 1,
       .most = 1000},
  };
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Environment& environment,
                                     std::string version) {
  Settings settings;
  settings.port = static_cast<std::uint16_t>(values.integer("port"));
  settings.address = values.text("address");
  settings.access = values.toggle("insecure") ? Access::Mode::insecure : Access::Mode::guarded;
  if (values.toggle("no-loopback-trust")) settings.neighbours = Access::Neighbours::strangers;
  settings.core.version = std::move(version);
  settings.core.times.renewal = values.duration("heartbeat");
  settings.core.times.time_to_live = values.duration("lease");
  if (settings.core.times.renewal < units::Seconds(0.05)) return base::Error::invalid("--heartbeat: at least 50ms");
  if (settings.core.times.time_to_live < settings.core.times.renewal * 3)
    return base::Error::invalid(
        "--lease: must be at least three times --heartbeat, or one lost heartbeat loses the job");
  settings.notify_socket = os::notify_socket(environment);
  if (values.has("cert") != values.has("cert-key"))
    return base::Error::invalid("--cert and --cert-key belong together: the certificate, and the key to it");
  if (values.has("cert")) {
    if (values.toggle("tls"))
      return base::Error::invalid("--tls makes certificates and --cert brings one: leave out one of them");
    settings.tls = {.from = TlsSettings::From::files,
                    .certificate = std::filesystem::absolute(values.text("cert")).lexically_normal(),
                    .key = std::filesystem::absolute(values.text("cert-key")).lexically_normal()};
  } else if (values.toggle("tls")) {
    settings.tls.from = TlsSettings::From::private_authority;
    settings.tls.names = values.list("tls-name");
  }
  settings.keep_backups = static_cast<int>(values.integer("keep-backups"));
  if (const auto keep = values.duration("keep-jobs"); keep > units::Seconds(0)) settings.core.keep_jobs = keep;
  settings.core.quiet_after_restart = std::min(units::Seconds(10), settings.core.times.renewal);

  if (values.has("state-dir")) {
    settings.state_folder = values.text("state-dir");
  } else if (const auto* service = os::find(environment, "STATE_DIRECTORY")) {
    settings.state_folder = *service;  // set by systemd for StateDirectory=
  } else if (const auto* state = os::find(environment, "XDG_STATE_HOME"); state && !state->empty()) {
    settings.state_folder = os::Path(*state) / "ffwatt" / "master";
  } else if (const auto* home = os::find(environment, "HOME"); home && !home->empty()) {
    settings.state_folder = os::Path(*home) / ".local/state/ffwatt/master";
  } else {
    return base::Error::invalid("there is no folder for the database: set --state-dir, STATE_DIRECTORY or HOME");
  }
  if (values.has("db")) settings.database = values.text("db");
  // Absolute: the texts that name these are read on other machines and after a change of folder.
  settings.state_folder = std::filesystem::absolute(settings.state_folder).lexically_normal();
  settings.key_file = values.has("key-file") ? std::filesystem::absolute(values.text("key-file")).lexically_normal()
                                             : settings.state_folder / "key";
  return settings;
}

}  // namespace master
