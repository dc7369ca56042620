// Errands: the lanes of Calls as threads, one each, so that a slow question never holds up another kind.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>

#include "agent/calls.h"
#include "agent/credentials.h"
#include "agent/trust.h"
#include "client/master_client.h"
#include "os/clock.h"

namespace agent {

class Errands final : public Calls {
 public:
  // `url` was checked at start.
  // `trust`: what has to be known before anything is asked; outlives this. Null: nothing.
  Errands(const std::string& url, const Credentials& credentials, const os::Clock& clock,
          const std::string& ca_file = {}, Trust* trust = nullptr);
  ~Errands() override;
  void add(Lane lane, Errand errand) override { lanes_[static_cast<std::size_t>(lane)].add(std::move(errand)); }
  void interrupt(Lane lane) override { lanes_[static_cast<std::size_t>(lane)].interrupt(); }
  void stop() override;

 private:
  class One {
   public:
    One(client::MasterClient client, std::string enrolment, const os::Clock& clock, Trust* trust);
    ~One() { stop(); }
    void add(Errand errand);
    void interrupt();
    void stop();

   private:
    void loop(std::stop_token stop);
    client::MasterClient client_;
    const std::string enrolment_;
    Trust* const trust_;
    const os::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    struct Waiting {
      Errand errand;
      std::stop_source stop;
    };
    std::deque<Waiting> waiting_;
    std::stop_source current_;
    std::jthread thread_;
  };
  std::array<One, 3> lanes_;
};

}  // namespace agent
