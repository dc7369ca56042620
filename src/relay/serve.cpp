#include "relay/serve.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <list>
#include <thread>

#include "base/format.h"
#include "relay/control.h"
#include "relay/fetch.h"
#include "relay/rtmp_names.h"
#include "relay/sockets.h"

namespace relay {
namespace {

// ffmpeg opens two or three connections to its input, and one to a stream's server.
constexpr std::size_t kMostConnections = 16;

struct Peer {
  std::string text;
  Url url;
};

// What the runner wants, from its lines up to "go".
struct Orders {
  AddressPolicy policy;
  std::vector<Peer> peers;
  std::string ca_file;
};

base::Result<Orders> read_orders(ControlReader& control) {
  Orders out;
  for (;;) {
    const auto message = control.next();
    if (!message) return base::Error::absent("the runner has gone");
    const std::string_view line = message->line;
    const auto after = [&](std::string_view word) {
      return line.starts_with(word) ? std::optional(line.substr(word.size())) : std::nullopt;
    };
    if (line == "go") return out;
    if (const auto destination = after("allow ")) {
      FFWATT_CHECK(out.policy.allow(*destination));
    } else if (const auto file = after("ca ")) {
      out.ca_file = *file;
    } else if (const auto peer = after("peer ")) {
      FFWATT_TRY(auto url, parse_url(*peer));
      out.peers.push_back({std::string(*peer), std::move(url)});
    } else {
      return base::Error::invalid("a relay was told something that it does not know");
    }
    if (out.peers.size() > kMostListeners) return base::Error::invalid("too many peers for one relay");
  }
}

// The connections of one relay; each has a thread, and all end with this object.
class Connections {
 public:
  Connections(const os::Clock& clock, const Orders& orders, const os::Descriptor& control, Resolve resolve)
      : orders_(orders),
        control_(control),
        connector_(orders.policy, std::move(resolve)),
        fetching_{clock, connector_, [this](Fault fault) { tell(std::move(fault)); }, orders.ca_file} {}

  // Every peer's addresses are looked at before anything runs. No answer: the runner was told the fault.
  bool check_all() {
    for (const auto& peer : orders_.peers) {
      const auto addresses = connector_.addresses(peer.url);
      if (addresses) continue;
      const bool refused = addresses.error().kind() == base::ErrorKind::invalid;
      tell({refused ? Fault::Of::parameters : Fault::Of::network, addresses.error().text()});
      return false;
    }
    (void)send_all(control_, "ready\n");
    return true;
  }

  // The listening sockets of one program, in the order of the peers.
  void add(std::vector<os::Descriptor> listeners) {
    for (std::size_t i = 0; i < listeners.size() && i < orders_.peers.size(); ++i)
      acceptors_.emplace_back([this, &peer = orders_.peers[i], socket = std::move(listeners[i])](
                                  const std::stop_token& stop) { accept_all(peer, socket, stop); });
  }

 private:
  void accept_all(const Peer& peer, const os::Descriptor& listener, const std::stop_token& stop) {
    // Wakes accept().
    const std::stop_callback wake(stop, [&] { ::shutdown(listener.get(), SHUT_RDWR); });
    std::list<std::jthread> open;
    while (!stop.stop_requested()) {
      os::Descriptor client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) {
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return;
      }
      if (open.size() >= kMostConnections) open.pop_front();  // ends the oldest, where it has not ended long ago
      open.emplace_back([this, &peer, socket = std::move(client)](const std::stop_token& ended) {
        const std::stop_callback cut(ended, [&] { ::shutdown(socket.get(), SHUT_RDWR); });
        if (peer.url.scheme == Url::Scheme::rtmp) return stream(peer, socket, ended);
        fetch(socket, peer.text, fetching_, ended);
      });
    }
  }

  void stream(const Peer& peer, const os::Descriptor& client, const std::stop_token& stop) {
    const auto server = connector_.connect(peer.url);
    if (!server) return tell({Fault::Of::network, server.error().text()});
    const std::stop_callback cut(stop, [&] { ::shutdown(server->get(), SHUT_RDWR); });
    const auto parts = parts_of_rtmp(peer.url.rest);
    RtmpNames names(std::string(kStandIn), parts.name);
    const Change key = [&names](std::string_view bytes) { return names.feed(bytes); };
    const auto copied = copy_both_ways(client, *server, parts.name.empty() ? Change() : key);
    if (!copied) tell({Fault::Of::network, copied.error().text()});
  }

  void tell(Fault fault) {
    const std::lock_guard lock(mutex_);
    (void)send_all(control_, line_of(fault));
  }

  const Orders& orders_;
  const os::Descriptor& control_;
  std::mutex mutex_;
  Connector connector_;
  Fetching fetching_;
  std::list<std::jthread> acceptors_;  // ends first
};

}  // namespace

base::Result<void> serve(const os::Clock& clock, os::Descriptor control, Resolve resolve) {
  ControlReader reader(control);
  FFWATT_TRY(const auto orders, read_orders(reader));
  Connections connections(clock, orders, control, std::move(resolve));
  if (!connections.check_all()) return {};
  while (auto message = reader.next())
    if (!message->listeners.empty()) connections.add(std::move(message->listeners));
  return {};
}

}  // namespace relay
