// Calls: an agent's questions to its master, on lanes that do not wait for each other. Each lane asks in order.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "client/questions.h"
#include "units/time.h"

namespace agent {

class Calls {
 public:
  struct Answered {
    base::Result<net::Response> response;
    std::string url{};       // of the master that was asked, for texts
    units::BootTime sent{};  // when the question left
  };
  // May run on the lane's thread, which ends before the one who added it.
  struct Errand {
    std::function<base::Result<net::Call>()> make;  // at the moment when it is sent; an error is its answer
    std::function<void(Answered)> then;             // once, unless the lane ends before
  };
  enum class Lane { heartbeats, claims, work };

  virtual ~Calls() = default;
  virtual void add(Lane lane, Errand errand) = 0;
  // Ends the question that is under way, and those that were added but not sent; their error is `retry`.
  virtual void interrupt(Lane lane) = 0;
  virtual void stop() = 0;  // idempotent
};

// The errand of a typed question: `make` answers the question, or why there is none, `then` takes what came of it and
// when it was sent.
template <class Answer, class Make, class Then>
Calls::Errand errand(Make make, Then then) {
  return {[make = std::move(make)]() mutable -> base::Result<net::Call> {
            base::Result<client::Question<Answer>> question = make();
            if (!question) return question.error();
            return std::move(question->call);
          },
          [then = std::move(then)](Calls::Answered answered) mutable {
            then(client::Question<Answer>::read(answered.response, answered.url), answered.sent);
          }};
}

}  // namespace agent
