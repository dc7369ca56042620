// Transport: one connected stream of bytes, without a word about HTTP. It keeps Asio's types out of the protocol code,
// which therefore compiles in a second, and lets TLS come as a second implementation.
// All calls and all events happen on the one thread of its loop.
#pragma once

#include <string>
#include <string_view>

#include "units/quantity.h"

namespace net {

// What happens to a transport. Never called from inside one of the transport's own methods.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  virtual void received(std::string_view bytes) = 0;  // not empty; valid during the call
  virtual void peer_finished() = 0;                   // end of its stream; it may still read what we write
  virtual void broken() = 0;                          // reset, or an I/O error: nothing will come or go any more
  virtual void written() = 0;                         // all of a write that answered Written::later
  virtual void expired() = 0;                         // the deadline has passed
};

class Transport {
 public:
  virtual ~Transport() = default;

  // One read: exactly one of received, peer_finished and broken follows, unless close() comes first. One at a time.
  virtual void read() = 0;

  enum class Written { now, later, broken };
  // Writes as much as fits at once. What is left goes on its own; `stall` limits the time without any progress.
  virtual Written write(std::string bytes, units::Seconds stall) = 0;

  // expired() after this time, once, unless it is set again or cleared.
  virtual void set_deadline(units::Seconds from_now) = 0;
  virtual void clear_deadline() = 0;

  virtual void finish_sending() = 0;  // the peer sees the end of our stream; reading goes on
  virtual void close() = 0;           // no event follows; idempotent
  virtual void abort() = 0;           // close(), and the peer sees a reset: what it got is not the whole
};

}  // namespace net
