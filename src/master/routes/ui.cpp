// The dashboard under /ui: one page for every address there, and its files. Open to everybody, since it holds nothing
// of the farm: what it shows it asks for, with the key of whoever looks. Browsers that ask for / are sent there.
#include <algorithm>

#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "master/web_assets.h"

namespace master {
namespace {

// Nothing but the page's own files, no inline script or style, no frame around it: what a job's name holds stays text
// even where the page had a fault.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const WebAsset* find_asset(std::string_view name) {
  for (const auto& asset : web_assets())
    if (asset.name == name) return &asset;
  return nullptr;
}

// Whether a list such as "gzip;q=0.5, br" names the word, and not with a weight of 0.
bool names(std::string_view list, std::string_view word) {
  for (const auto entry : base::split(list, ',')) {
    const auto end = entry.find(';');
    if (base::lower(base::trim(entry.substr(0, end))) != word) continue;
    const auto weight = end == entry.npos ? std::string_view() : base::trim(entry.substr(end + 1));
    return !(weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == weight.npos);
  }
  return false;
}

std::string_view header(const net::Request& request, std::string_view name) {
  const auto* value = net::find(request.headers, name);
  return value ? std::string_view(*value) : std::string_view();
}

bool is_page(const WebAsset& asset) { return asset.name == "index.html"; }

net::Response answer_asset(const net::Request& request, const WebAsset& asset) {
  const std::string tag = "\"" + std::string(asset.tag) + "\"";
  net::Response response{200, {{"ETag", tag}, {"Vary", "Accept-Encoding"}}, {}};
  // A name that says its content never holds another; the page itself is asked for again each time.
  response.headers.emplace_back("Cache-Control", is_page(asset) ? "no-cache" : "public, max-age=31536000, immutable");
  if (is_page(asset)) {
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  }
  const auto known = header(request, "If-None-Match");
  if (known.find(tag) != known.npos) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", asset.type);
  const auto encodings = header(request, "Accept-Encoding");
  const auto send = [&](const WebAsset::Form& form, const char* encoding) {
    if (encoding) response.headers.emplace_back("Content-Encoding", encoding);
    response.body = form.text();
    return response;
  };
  if (names(encodings, "br")) return send(asset.brotli, "br");
  if (names(encodings, "gzip")) return send(asset.gzip, "gzip");
  return send(asset.plain, nullptr);
}

net::Response page(const net::Request& request) {
  if (const auto* found = find_asset("index.html")) return answer_asset(request, *found);
  return net::problem({404,
                       "no_dashboard",
                       "No dashboard in this build",
                       "this master was built with -DFFWATT_WEB=OFF; ffwatt jobs ls, GET /jobs and GET /nodes say the "
                       "same",
                       {}});
}

net::Response file(const net::Request& request) {
  const auto& name = request.parameter("name");
  const auto* found = find_asset(name);
  if (found && !is_page(*found)) return answer_asset(request, *found);
  return net::problem({404,
                       "not_found",
                       "Not found",
                       "the dashboard has no file of this name; a page of another version of this master asks for it: "
                       "load it again",
                       {}});
}

net::Response front(const net::Request& request) {
  if (names(header(request, "Accept"), "text/html") && !web_assets().empty())
    return {303, {{"Location", "/ui"}, {"Cache-Control", "no-store"}, {"Vary", "Accept"}}, {}};
  auto response =
      net::Response::text(200,
                          "ffwatt master\n\n"
                          "  GET  /health        is it well\n"
                          "  GET  /jobs          what waits, runs and is done\n"
                          "  POST /jobs          {\"scenario\":\"720p30-h264\",\"parameters\":{\"duration\":10}}\n"
                          "  GET  /nodes         which machines work here\n"
                          "  GET  /metrics       for Prometheus\n"
                          "  GET  /ui            the dashboard, in a browser\n\n"
                          "The same stands under /api/v1.\n");
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace

void add_ui_routes(Api& api) {
  api.add_open(net::Method::get, "/",
               [](net::Request request, net::Responder responder) { responder.send(front(request)); });
  // No page's address is deeper than /ui/jobs/42.
  for (const auto* pattern : {"/ui", "/ui/{page}", "/ui/{page}/{what}"}) api.add_page(pattern, page);
  api.add_page("/ui/assets/{name}", file);
}

}  // namespace master
