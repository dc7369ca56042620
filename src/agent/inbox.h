// Inbox: events for the core from every other thread, in order of arrival, with a descriptor to wait for.
#pragma once

#include <mutex>
#include <vector>

#include "agent/doer.h"
#include "os/processes.h"

namespace agent {

using Event = Doer::Event;

class Inbox {
 public:
  Inbox();
  void add(Event event);                          // any thread
  std::vector<Event> take();                      // the main thread
  int descriptor() const { return wake_.get(); }  // readable while something waits

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
  os::Descriptor wake_;
};

}  // namespace agent
