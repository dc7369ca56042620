#include "agent/trust.h"

#include "base/format.h"
#include "base/text.h"
#include "client/master_url.h"
#include "net/certificates.h"
#include "net/http_client.h"

namespace agent {

base::Result<void> Trust::ensure(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  if (known_ || pin_.empty()) return {};
  if (const auto kept = files_.read(file_)) {
    const auto seen = net::fingerprint_of(*kept);
    if (seen && *seen == pin_) return known_ = true, base::Result<void>();
  }
  base::Error last = base::Error::retry("no master answered");
  for (const auto one : base::split(masters_, ',')) {
    FFWATT_TRY(const auto url, client::parse_master_url(one));
    const auto answer = net::HttpClient().send(
        {.url = url + "/ca.pem", .most_answer = 64u << 10, .verify = net::Call::Verify::no}, stop);
    if (!answer) {
      last = answer.error();
      continue;
    }
    const auto seen =
        answer->status == 200 ? net::fingerprint_of(answer->body) : base::Result<std::string>(base::Error::invalid(""));
    if (!seen)
      return base::Error::denied(
          base::format("{} shows no authority of its own; start it with --tls, or leave out --ca-pin", url));
    if (*seen != pin_)
      return base::Error::denied(
          base::format("{} shows another authority than --ca-pin says: expected {}, seen {}. Either it was set up anew "
                       "(`ffwatt nodes join-command` prints the new one), or somebody stands between",
                       url, pin_, *seen));
    FFWATT_CHECK(files_.write_durably(file_, answer->body, 0644));
    return known_ = true, base::Result<void>();
  }
  return last;
}

}  // namespace agent
