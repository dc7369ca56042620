// A web server of a story's own, on a free loopback port: every request is answered by a function of its path, and the
// connection is closed.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <thread>

namespace story {

class Web {
 public:
  using Answer = std::function<std::string(const std::string& path, const std::string& request)>;
  explicit Web(Answer answer) : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    ::bind(socket_, general, size);
    ::listen(socket_, 64);
    ::getsockname(socket_, general, &size);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~Web() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;

  std::string host() const { return "127.0.0.1:" + port_; }
  std::string url(const std::string& path) const { return "http://" + host() + path; }

 private:
  void serve() {
    for (int client = 0; (client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(client)) {
      std::string request;
      std::array<char, 4096> buffer;
      ssize_t size = 0;
      while (request.find("\r\n\r\n") == request.npos && (size = ::recv(client, buffer.data(), buffer.size(), 0)) > 0)
        request.append(buffer.data(), static_cast<size_t>(size));
      const auto begin = request.find(' ') + 1;
      const auto out = answer_(request.substr(begin, request.find(' ', begin) - begin), request);
      for (std::size_t at = 0; at < out.size();) {
        const auto sent = ::send(client, out.data() + at, out.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
    }
  }
  Answer answer_;
  int socket_;
  std::string port_;
  std::thread thread_;
};

// An answer with a body; `range`: the request's own "Range: bytes=N-" is honoured.
inline std::string web_answer(const std::string& body, const std::string& request,
                              std::size_t cut = std::string::npos) {
  const auto at = request.find("Range: bytes=");
  const auto first = at == request.npos ? 0 : std::stoul(request.substr(at + 13));
  const auto part = body.substr(std::min(first, body.size()));
  std::string head = at == request.npos
                         ? "HTTP/1.1 200 OK\r\n"
                         : "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) + "-" +
                               std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) + "\r\n";
  head += "Accept-Ranges: bytes\r\nETag: \"v1\"\r\nContent-Length: " + std::to_string(part.size()) + "\r\n\r\n";
  return head + part.substr(0, cut);
}
inline std::string web_redirect(const std::string& to) {
  return "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace story
