// PageServer: other programs' pages on a port of the loopback, which a test writes. For the tests of this folder only.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>

#include "base/format.h"
#include "net/http_server.h"

namespace exporter {

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class PageServer {
 public:
  explicit PageServer(base::Log& log) {
    net::ServerSettings settings;
    settings.address = "127.0.0.1";
    server_ = *net::HttpServer::start(
        settings,
        [this](net::Request request, net::Responder responder) {
          const std::lock_guard lock(mutex_);
          const auto page = pages_.find(request.path);
          responder.send(page == pages_.end() ? net::Response::text(404, "none")
                                              : net::Response::text(200, page->second));
        },
        log);
  }
  void put(const std::string& path, std::string text) {
    const std::lock_guard lock(mutex_);
    pages_[path] = std::move(text);
  }
  std::string url(std::string_view path) const { return base::format("http://127.0.0.1:{}{}", server_->port(), path); }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> pages_;
  std::unique_ptr<net::HttpServer> server_;  // last: ends before the pages
};

}  // namespace exporter
