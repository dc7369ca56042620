// Readers: threads that answer what only has to be read, each on a reader of its own, so that a long list or a report
// never stands in the way of a lease. Any thread may ask. Destroying it ends them after the question in hand.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "master/worker.h"
#include "net/http_server.h"
#include "store/store.h"

namespace master {

class Readers {
 public:
  static base::Result<std::unique_ptr<Readers>> open(store::Store& store, int threads);
  using Question = std::function<net::Response(store::Reader&)>;
  // 503 where too many wait already.
  void ask(Question question, net::Responder responder);

 private:
  struct One {
    std::unique_ptr<store::Reader> reader;
    std::unique_ptr<Worker> worker;  // ends before its reader
  };
  std::vector<One> all_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace master
