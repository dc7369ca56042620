#include "cli/farm.h"

#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/live_line.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/watching.h"
#include "report/report.h"

namespace cli {

using Type = options::Option::Type;
using base::format;

std::vector<options::Option> master_options() {
  return {{.flag = "master",
           .short_flag = 'm',
           .key = "master.url",
           .variable = "FFWATT_MASTER",
           .value_name = "URL",
           .section = "Master",
           .help = "The master's address; of several masters of one farm all, with commas between",
           .standard = "http://localhost:8080"},
          {.flag = "ca",
           .key = "master.client_ca",
           .variable = "FFWATT_CA",
           .type = Type::path,
           .value_name = "FILE",
           .section = "Master",
           .help = "Authority of a master over https: PEM, its state folder's tls/ca.pem"},
          {.flag = "key-file",
           .key = "master.client_key_file",
           .variable = "FFWATT_API_KEY_FILE",
           .type = Type::path,
           .section = "Master",
           .help = "File with a token or the master's key, where it runs on another machine or a command needs it"}};
}

std::vector<options::Option> with_master_options(std::vector<options::Option> own) {
  for (auto& option : master_options()) own.push_back(std::move(option));
  return own;
}

namespace {

// "http://localhost:8080" and the like, each of a list: what this machine keeps goes nowhere else.
bool is_here(std::string_view urls) {
  const auto one_is = [](std::string_view url) {
    for (const std::string_view here : {"http://localhost", "https://localhost", "http://127.0.0.1",
                                        "https://127.0.0.1", "http://[::1]", "https://[::1]"}) {
      if (!url.starts_with(here)) continue;
      auto rest = url.substr(here.size());
      if (rest.starts_with(':')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
      return rest.empty() || rest.starts_with('/');
    }
    return false;
  };
  const auto all = base::split(urls, ',');
  return std::all_of(all.begin(), all.end(), [&](std::string_view url) { return one_is(base::trim(url)); });
}

std::vector<os::Path> usual_state_folders(const Context& context) {
  return {places(context.environment).state / "master", "/var/lib/ffwatt/master"};
}

}  // namespace

base::Result<client::MasterClient> open_master(Context& context, const options::Values& values, As as) {
  std::string key;
  if (as == As::admin && !values.has("key-file") && is_here(values.text("master")))
    for (const auto& folder : usual_state_folders(context))
      if (const auto text = context.host.files.read(folder / "key"); text && key.empty()) key = base::trim(*text);
  if (values.has("key-file")) {
    FFWATT_TRY(const auto text, context.host.files.read(values.text("key-file")));
    key = std::string(base::trim(text));
  }
  std::string ca = values.has("ca") ? values.text("ca") : std::string();
  if (ca.empty() && values.text("master").starts_with("https") && is_here(values.text("master")))
    for (const auto& folder : usual_state_folders(context))
      if (ca.empty() && context.host.files.exists(folder / "tls/ca.pem")) ca = (folder / "tls/ca.pem").string();
  return client::MasterClient::at(values.text("master"), std::move(key), ca);
}

int complain_of_master(Context& context, std::string_view program, const base::Error& error) {
  const int code = complain(context, program, error);
  return error.kind() == base::ErrorKind::retry ? unavailable : code;
}

base::Result<jobs::Job> watch_job(Context& context, client::MasterClient& master, const std::string& id) {
  std::string told;
  ProgressLine line(context);
  for (;;) {
    FFWATT_TRY(auto shown, master.job(id));
    auto& job = shown.job;
    const auto state = format(
        "job #{} is {}{}", job.number, jobs::name(job.state),
        job.state == jobs::JobState::running && !job.attempts.empty() ? " on " + job.attempts.back().node_name : "");
    if (state != told) {
      line.clear();
      context.err << (told = state) << "\n" << std::flush;
    }
    // Asked only where somebody sees it: its node tells more often for that.
    if (job.state == jobs::JobState::running && context.err_terminal.is_terminal)
      if (const auto live = master.live(id)) line.show(live_line(*live));
    if (jobs::is_terminal(job.state)) return std::move(job);
    // Half a second: a person sees no difference, and a hundred watchers cost a master 200 cheap reads a second.
    if (const auto event = context.signals.wait_until(context.host.clock.boot() + units::Seconds(0.5)))
      return base::Error::failed(format("stopped watching by signal {}; job #{} goes on", event->number, job.number));
  }
}

int show_finished(Context& context, const jobs::Job& job) {
  if (job.report)
    context.out << report::summary(*job.report, style_for(context.out_terminal));
  else
    context.out << format("job #{} is {}: {}\n", job.number, jobs::name(job.state), job.reason);
  return job.state == jobs::JobState::completed ? ok : failed;
}

}  // namespace cli
