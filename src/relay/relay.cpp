#include "relay/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstring>

#include "base/format.h"
#include "os/wait.h"
#include "relay/rtmp_names.h"
#include "relay/serve.h"
#include "relay/sockets.h"

namespace relay {
namespace {

// In a network of their own, where nothing else listens; the number says nothing.
constexpr std::uint16_t kFirstPort = 8000;

base::Result<os::Descriptor> listening_on_loopback(std::uint16_t& port) {
  os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const general = reinterpret_cast<sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), general, size) != 0 || ::listen(socket.get(), 16) != 0 ||
      ::getsockname(socket.get(), general, &size) != 0)
    return base::Error::from_errno(errno, "listening on the loopback for a relay");
  port = ntohs(address.sin_port);
  return socket;
}

base::Result<void> hand_over(const os::Descriptor& control, const std::vector<os::Descriptor>& sockets) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostListeners)> room{};
  std::array<int, kMostListeners> numbers{};
  for (std::size_t i = 0; i < sockets.size(); ++i) numbers[i] = sockets[i].get();
  char one = 'L';
  iovec bytes{&one, 1};
  msghdr message{};
  message.msg_iov = &bytes, message.msg_iovlen = 1;
  message.msg_control = room.data(), message.msg_controllen = CMSG_SPACE(sizeof(int) * sockets.size());
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * sockets.size());
  std::memcpy(CMSG_DATA(header), numbers.data(), sizeof(int) * sockets.size());
  if (::sendmsg(control.get(), &message, MSG_NOSIGNAL) != 1)
    return base::Error::from_errno(errno, "handing sockets to the relay");
  return {};
}

}  // namespace

Relay::Relay(os::Descriptor control, std::unique_ptr<os::Process> process, std::vector<Url> urls)
    : control_(std::move(control)), process_(std::move(process)), urls_(std::move(urls)), reader_(control_) {
  for (std::size_t i = 0; i < urls_.size(); ++i) ports_.push_back(static_cast<std::uint16_t>(kFirstPort + i));
}

Relay::~Relay() {
  // It keeps nothing that could be lost.
  (void)process_->signal(SIGKILL).ok();
  (void)process_->wait().ok();
}

base::Result<std::unique_ptr<Relay>> Relay::start(os::Host& host, const Settings& settings,
                                                  std::vector<std::string> urls) {
  if (urls.size() > kMostListeners)
    return base::Error::invalid(
        base::format("{} addresses are more than the {} of one job", urls.size(), kMostListeners));
  std::string orders;
  std::vector<Url> parsed;
  for (const auto& destination : settings.policy.destinations()) orders += "allow " + destination + "\n";
  if (!settings.ca_file.empty()) orders += "ca " + settings.ca_file + "\n";
  for (const auto& url : urls) {
    FFWATT_TRY(auto one, parse_url(url));
    parsed.push_back(std::move(one));
    orders += "peer " + url + "\n";
  }
  orders += "go\n";

  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return base::Error::from_errno(errno, "a socket to the relay");
  os::Descriptor ours(ends[0]), theirs(ends[1]);
  os::SpawnSpec spec;
  spec.program = settings.program;
  spec.arguments = {std::string(kWord)};
  spec.environment = settings.environment;
  spec.descriptors = {{0, -1}, {1, -1}, {2, -1}, {kControl, theirs.get()}};
  spec.group = os::SpawnSpec::Group::own;
  spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  spec.steps = settings.steps;
  FFWATT_TRY(auto process, host.processes.spawn(spec).in("starting the relay"));
  theirs.reset();
  std::unique_ptr<Relay> relay(new Relay(std::move(ours), std::move(process), std::move(parsed)));
  if (send_all(relay->control_, orders) == Sent::peer_gone)
    return base::Error::failed("the relay ended before it had begun");

  pollfd wanted{relay->control_.get(), POLLIN, 0};
  if (os::wait_readable({&wanted, 1}, host.clock.boot() + settings.patience, {}) != os::WaitEnd::readable)
    return base::Error::retry(base::format(
        "the addresses of the job were not found within {} s; is the name server up?", settings.patience.value()));
  const auto answer = relay->reader_.next();
  if (!answer) return base::Error::failed("the relay ended before it had begun");
  if (const auto fault = parse_fault(answer->line)) {
    if (fault->of == Fault::Of::parameters) return base::Error::invalid(fault->text);
    return base::Error::retry(fault->text);
  }
  return relay;
}

base::Result<void> Relay::listen_here() {
  std::vector<os::Descriptor> sockets;
  for (auto& port : ports_) {
    FFWATT_TRY(auto socket, listening_on_loopback(port));
    sockets.push_back(std::move(socket));
  }
  return hand_over(control_, sockets);
}

std::string Relay::local_url(std::size_t n) const {
  const auto& url = urls_[n];
  if (url.scheme == Url::Scheme::rtmp) {
    const auto parts = parts_of_rtmp(url.rest);
    if (parts.name.empty()) return base::format("rtmp://127.0.0.1:{}{}", ports_[n], url.rest);
    return base::format("rtmp://127.0.0.1:{}/{}/{}", ports_[n], parts.application, kStandIn);
  }
  return base::format("http://127.0.0.1:{}/input", ports_[n]);
}

std::vector<Fault> Relay::faults() {
  std::vector<Fault> out;
  for (const auto& line : reader_.waiting())
    if (auto fault = parse_fault(line)) out.push_back(*std::move(fault));
  return out;
}

}  // namespace relay
