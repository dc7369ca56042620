// fetch() between two sockets: ffmpeg's side is a pair, the web's side a server that answers what a test says.
#include "relay/fetch.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <mutex>
#include <thread>

#include "base/format.h"
#include "base/text.h"
#include "os/host.h"
#include "relay/sockets.h"

namespace relay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Answers each request by `answer`, which gets the request's text, and closes.
class Web {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  explicit Web(Answer answer) : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    ::bind(socket_.get(), general, size);
    ::listen(socket_.get(), 16);
    ::getsockname(socket_.get(), general, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~Web() { ::shutdown(socket_.get(), SHUT_RDWR); }
  std::uint16_t port() const { return port_; }
  std::string url(const std::string& path = "/a.mp4") const {
    return base::format("http://127.0.0.1:{}{}", port_, path);
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const os::Descriptor client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      std::string request;
      std::array<char, 4096> buffer;
      while (request.find("\r\n\r\n") == request.npos) {
        const auto size = receive(client, buffer.data(), buffer.size());
        if (size == 0) break;
        request.append(buffer.data(), size);
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      (void)send_all(client, answer_(request));
    }
  }
  Answer answer_;
  os::Descriptor socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

std::string range_of(const std::string& request) {
  const auto at = request.find("Range: ");
  return at == request.npos || request.substr(at - 3, 3) == "If-"
             ? ""
             : request.substr(at + 7, request.find('\r', at) - at - 7);
}

// A server that knows ranges, of a file that it changes never; `cut` bytes of each answer at most come through.
std::string part_of(const std::string& file, const std::string& request, std::size_t cut = std::string::npos,
                    const std::string& tag = "\"v1\"") {
  const auto range = parse_range(range_of(request));
  const auto first = range ? static_cast<std::size_t>(range->first) : 0;
  const auto last = range && range->last ? static_cast<std::size_t>(*range->last) : file.size() - 1;
  const auto body = file.substr(first, last - first + 1);
  auto head = base::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nAccept-Ranges: bytes\r\nETag: {}\r\n",
                           range ? "206 Partial Content" : "200 OK", body.size(), tag);
  if (range) head += base::format("Content-Range: bytes {}-{}/{}\r\n", first, last, file.size());
  return head + "Content-Type: application/vnd.apple.mpegurl\r\n\r\n" + body.substr(0, cut);
}

class FetchTest : public testing::Test {
 protected:
  // What ffmpeg gets for a request with this range ("" for none).
  std::string get(const std::string& url, const std::string& range = "") {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    os::Descriptor client(ends[0]);
    std::jthread worker([&, server = std::make_shared<os::Descriptor>(ends[1])] {
      fetch(*server, url,
            {real_.host().clock, *connector_, [this](Fault fault) { faults_.push_back(std::move(fault)); }, {}, most_},
            {});
      server->reset();
    });
    (void)send_all(client, "GET /input HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                               (range.empty() ? "" : "Range: " + range + "\r\n") + "\r\n");
    std::string out;
    std::array<char, 4096> buffer;
    for (std::size_t size = 0; (size = receive(client, buffer.data(), buffer.size())) > 0;)
      out.append(buffer.data(), size);
    return out;
  }
  void allow(const Web& web) { policy_.allow("127.0.0.1", web.port()), connect(); }
  void connect() { connector_ = std::make_unique<Connector>(policy_, resolve_by_system); }
  static std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  os::RealHost real_;
  AddressPolicy policy_;
  std::unique_ptr<Connector> connector_ = std::make_unique<Connector>(policy_, resolve_by_system);
  units::Bytes most_{1e9};
  std::vector<Fault> faults_;
  const std::string file_ = std::string(300'000, 'a') + std::string(300'000, 'b') + std::string(5, 'c');
};

TEST_F(FetchTest, TheWholeFileAndAPartOfItArrive) {
  Web web([this](const auto& request) { return part_of(file_, request); });
  allow(web);
  const auto whole = get(web.url());
  EXPECT_THAT(whole, AllOf(HasSubstr("HTTP/1.1 200 OK"), HasSubstr("Content-Length: 600005"),
                           HasSubstr("Accept-Ranges: bytes")));
  EXPECT_THAT(whole.substr(0, 300), Not(HasSubstr("mpegurl"))) << "a type could talk ffmpeg into another demuxer";
  EXPECT_TRUE(body(whole) == file_);
  const auto part = get(web.url(), "bytes=600000-");
  EXPECT_THAT(part, AllOf(HasSubstr("206 Partial Content"), HasSubstr("Content-Range: bytes 600000-600004/600005")));
  EXPECT_EQ(body(part), "ccccc");
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(FetchTest, ATransferThatBreaksOffGoesOnWhereItStopped) {
  Web web([this](const auto& request) { return part_of(file_, request, 250'000); });
  allow(web);
  EXPECT_TRUE(body(get(web.url())) == file_);
  EXPECT_THAT(faults_, IsEmpty());
  const auto requests = web.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(range_of(requests[0]), "");
  EXPECT_EQ(range_of(requests[1]), "bytes=250000-");
  EXPECT_THAT(requests[1], HasSubstr("If-Range: \"v1\""));
  EXPECT_EQ(range_of(requests[2]), "bytes=500000-");
}

TEST_F(FetchTest, AFileThatChangedMeanwhileIsNotPutTogether) {
  int asked = 0;
  Web web([&](const auto& request) {
    return ++asked == 1 ? part_of(file_, request, 1000) : part_of(file_ + "longer", request);
  });
  allow(web);
  EXPECT_EQ(body(get(web.url())).size(), 1000u);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].of, Fault::Of::input);
  EXPECT_THAT(faults_[0].text, HasSubstr("not the rest of the same file"));
}

TEST_F(FetchTest, ARedirectIsFollowedAndItsTargetIsCheckedLikeAnyOther) {
  Web target([this](const auto& request) { return part_of(file_, request); });
  Web first(
      [&](const auto&) { return "HTTP/1.1 302 Found\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n"; });
  policy_.allow("127.0.0.1", target.port());
  allow(first);
  EXPECT_TRUE(body(get(first.url())) == file_);
  EXPECT_THAT(faults_, IsEmpty());

  policy_ = {};
  allow(first);
  EXPECT_THAT(get(first.url()), HasSubstr("HTTP/1.1 502"));
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].of, Fault::Of::parameters);
  EXPECT_THAT(faults_[0].text, HasSubstr("is a loopback address"));
  EXPECT_EQ(target.requests().size(), 1u) << "the second time nothing went there";
}

TEST_F(FetchTest, RedirectsInACircleEnd) {
  std::string self;
  Web web([&](const auto&) { return "HTTP/1.1 301 Moved\r\nLocation: " + self + "\r\nContent-Length: 0\r\n\r\n"; });
  self = web.url("/again");
  allow(web);
  EXPECT_THAT(get(web.url()), HasSubstr("HTTP/1.1 502"));
  EXPECT_EQ(web.requests().size(), 4u);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].text, "more than 3 redirects in a row");
}

TEST_F(FetchTest, WhatTheServerRefusesIsTheInputsFaultAndTheServersOwnTroubleIsTriedAgain) {
  int status = 404;
  Web web([&](const auto& request) {
    if (status == 200) return part_of(file_, request);
    const auto answer = base::format("HTTP/1.1 {} No\r\nContent-Length: 0\r\n\r\n", status);
    if (status == 503) status = 200;
    return answer;
  });
  allow(web);
  EXPECT_THAT(get(web.url("/a.mp4?key=secret")), HasSubstr("HTTP/1.1 404"));
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].of, Fault::Of::input);
  EXPECT_THAT(faults_[0].text, AllOf(HasSubstr("status 404"), Not(HasSubstr("secret"))));
  status = 503;
  EXPECT_TRUE(body(get(web.url())) == file_);
  EXPECT_EQ(faults_.size(), 1u);
}

TEST_F(FetchTest, AFileThatIsTooLongIsNotBegun) {
  Web web([this](const auto& request) { return part_of(file_, request); });
  allow(web);
  most_ = units::Bytes(1000);
  EXPECT_THAT(get(web.url()), HasSubstr("HTTP/1.1 502"));
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_THAT(faults_[0].text, HasSubstr("more than a job may read"));
}

TEST(ByteRanges, AreReadStrictly) {
  EXPECT_EQ(parse_range("bytes=5-"), (ByteRange{5, std::nullopt}));
  EXPECT_EQ(parse_range("bytes=5-9"), (ByteRange{5, 9}));
  for (const auto* bad : {"", "bytes=", "bytes=-5", "bytes=9-5", "bytes=1-2,3-4", "items=1-2", "bytes=x-", "bytes=1"})
    EXPECT_FALSE(parse_range(bad)) << bad;
  EXPECT_EQ(parse_content_range("bytes 5-9/10"), (ContentRange{5, 9, 10}));
  EXPECT_EQ(parse_content_range("bytes 5-9/*"), (ContentRange{5, 9, std::nullopt}));
  for (const auto* bad : {"", "bytes 5-9", "bytes 9-5/10", "bytes 5-9/9", "bytes */10", "bytes a-b/c", "bytes 5/6-9"})
    EXPECT_FALSE(parse_content_range(bad)) << bad;
}

}  // namespace
}  // namespace relay
