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
  // Of one certificate alone: whatever came behind it would be trusted as well, and is in no fingerprint.
  std::string seen;
  const auto only = [&seen](const std::string& pem) -> base::Result<std::string> {
    FFWATT_TRY(auto one, net::only_certificate(pem));
    FFWATT_TRY(seen, net::fingerprint_of(one));
    return one;
  };
  if (const auto kept = files_.read(file_)) {
    const auto one = only(*kept);
    if (one && seen == pin_ && *one == *kept) return known_ = true, base::Result<void>();
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
    const auto shown =
        answer->status == 200 ? only(answer->body) : base::Result<std::string>(base::Error::absent("it has none"));
    if (!shown)
      return base::Error::denied(
          base::format("{} shows no authority of its own: {}; start it with --tls, or leave out --ca-pin", url,
                       shown.error().text()));
    if (seen != pin_)
      return base::Error::denied(
          base::format("{} shows another authority than --ca-pin says: expected {}, seen {}. Either it was set up anew "
                       "(`ffwatt nodes join-command` prints the new one), or somebody stands between",
                       url, pin_, seen));
    FFWATT_CHECK(files_.write_durably(file_, *shown, 0644));
    return known_ = true, base::Result<void>();
  }
  return last;
}

}  // namespace agent
