// A body that is made while it is sent, for answers that are longer than they should lie in memory. The server asks for
// a part when the one before has been written, so no more than one waits for a slow peer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace net {

// The right to answer one ask for a part, once; the first answer counts. Copies share it. Destroyed without an answer:
// cut. Any thread, also after the server has stopped; an answer to a peer that is gone is dropped.
class PartSink {
 public:
  class Channel {  // the server's side
   public:
    virtual ~Channel() = default;
    enum class Then { ask_again, end };
    virtual void part(std::string bytes, Then then) = 0;
    virtual void cut() = 0;
  };
  explicit PartSink(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

  void part(std::string bytes) const { channel_->part(std::move(bytes), Channel::Then::ask_again); }
  void last(std::string bytes) const { channel_->part(std::move(bytes), Channel::Then::end); }
  // It cannot be made to its end: the connection is reset, so that nobody takes what came for the whole.
  void cut() const { channel_->cut(); }

 private:
  std::shared_ptr<Channel> channel_;
};

// Called on one of the server's threads, must not block: it hands the ask on and answers later. One ask at a time, and
// what it did before it answered has happened before the next. Destroyed after the last part, or when the peer has gone
// or takes nothing any more.
using BodyParts = std::function<void(PartSink)>;

}  // namespace net
