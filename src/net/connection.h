// Connection: HTTP over one transport. It reads a request, hands it to the handler, writes the answer, and reads the
// next: one request in hand at a time, so pipelined ones are answered in order. Of a body that is made while it is sent
// it asks for the next part when the last was written. Lives on one loop's thread; answers
// come back to that thread by post().
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "net/http_server.h"
#include "net/loop.h"
#include "net/request_parser.h"
#include "net/response_text.h"
#include "net/transport.h"

namespace net {

class Connection final : public TransportEvents, public std::enable_shared_from_this<Connection> {
 public:
  // The server's side. Outlives its connections.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual const ServerSettings& settings() const = 0;
    virtual const Handler& handler() const = 0;
    virtual base::Log& log() const = 0;
    virtual const std::string& date() = 0;            // of now, as in Date; empty: none
    virtual std::string next_request_id() = 0;        // empty: requests have none
    virtual void closed(Connection& connection) = 0;  // the last call; must not destroy it before it returns
  };
  enum class Admission { serve, refuse };  // refuse: the server is full, say so and close

  Connection(std::shared_ptr<Loop> loop, Owner& owner, std::string peer);
  ~Connection() override;
  void start(os::Descriptor socket, Admission admission);

  void answer(const Response& response);  // to the request in hand; ignored where there is none
  void drain();                           // finish the request in hand, then close
  void close();

 private:
  void received(std::string_view bytes) override;
  void peer_finished() override;
  void broken() override;
  void written() override;
  void expired() override;

  void next_request();
  void step();
  void dispatch(RequestParser& parser);
  std::string id_of(const Request& request);
  void refuse(const Refusal& refusal);
  void send(const Response& response, KeepAlive keep_alive);
  void write(std::string bytes);
  void ask_for_more();
  void take_part(std::string bytes, PartSink::Channel::Then then);
  void cut();
  void sent();
  void linger();
  void want_read();
  void tell_channel();

  class Channel;
  class Parts;
  // making: the next part of the body was asked for.
  // lingering: our stream has ended, what still comes is thrown away. Closing with bytes unread makes the kernel send a
  // reset, which may overtake the answer.
  enum class Phase { reading, handling, writing, making, lingering, closed } phase_ = Phase::reading;
  enum class Wait { none, idle, header, body } wait_ = Wait::none;  // whose deadline runs while reading

  std::shared_ptr<Loop> loop_;
  Owner& owner_;
  std::string peer_;
  std::shared_ptr<Transport> transport_;
  std::optional<RequestParser> parser_;
  Asked asked_;  // by the request in hand
  Version version_ = Version::http_1_1;
  BodyParts more_;  // of the answer that is sent; empty once its last part is
  BodyEnd body_end_ = BodyEnd::length;
  std::weak_ptr<Channel> channel_;  // of the request in hand; its owner is the handler's Responder
  std::string pending_;             // received, and not yet looked at
  KeepAlive after_answer_ = KeepAlive::no;
  bool reading_ = false, peer_finished_ = false, draining_ = false;
};

}  // namespace net
