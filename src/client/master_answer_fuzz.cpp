// The URL of a master as people write it, and an answer as whoever stands at that URL writes it: first line status and
// content type, the rest the body.
#include "base/text.h"
#include "client/answer.h"
#include "client/master_url.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {
      "http://master.example:8080",
      "https://[::1]:8443/ffwatt/api/v1/",
      "master:8080",
      "http://u:p@h/",
      "ftp://h",
      "404 "
      "application/problem+json\n{\"title\":\"t\",\"detail\":\"d\",\"errors\":[{\"detail\":\"e\",\"pointer\":\"/a\"}]}",
      "200 application/json\n{\"jobs\":[]}",
      "502 text/html\n<html>bad gateway</html>"};
}

void fuzz_one(std::string_view text) {
  if (const auto url = client::parse_master_url(text)) {
    const auto again = client::parse_master_url(*url);
    promise(again && client::parse_master_url(*again), "a good URL that is refused the second time");
    promise(url->find_first_of(" \r\n?#") == url->npos, "a URL with a query or a blank");
    const auto host = url->find("://") + 3;
    promise(url->substr(host, url->find('/', host) - host).find('@') == url->npos, "a URL with a user");
  }
  const auto line = text.substr(0, text.find('\n'));
  const auto words = base::words(line);
  if (words.size() < 2) return;
  net::Response response{.status = static_cast<int>(base::to_int(words[0]).value_or(500) % 1000)};
  response.headers.emplace_back("Content-Type", words[1]);
  response.body = text.substr(std::min(text.size(), line.size() + 1));
  if (const auto checked = client::check_status(response, "http://h"); !checked)
    promise(!checked.error().text().empty(), "an error without words");
  (void)client::read_json(response, "http://h").ok();
}

}  // namespace os_testing
