// GET /events: what happens, as it happens, as server-sent events. `topics` are job, node and live (what runs, by the
// second); `job` asks for one alone. Last-Event-ID goes on where another stream ended (docs/user/queue.md).
#include <atomic>
#include <memory>

#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "net/event_stream.h"

namespace master {
namespace {

using Asked = EventFeed::Asked;
using Count = std::shared_ptr<std::atomic<int>>;

// Each is a connection and, while it reads slowly, a frame. What it is for is one stream for each browser or program.
constexpr int most_followers = 1000;
// No id of ours is longer than this; whatever is longer is none.
constexpr std::size_t longest_id = 128;

const std::vector<std::string> topics{"job", "node", "live"};

base::Result<Asked> asked_for(const net::Request& request) {
  FFWATT_CHECK(check_query(request, {"topics", "job"}));
  Asked asked;
  if (const auto* words = request.query_value("topics")) {
    asked.jobs = asked.nodes = asked.live = Asked::Wanted::no;
    for (const auto word : base::split(*words, ',')) {
      if (word == "job")
        asked.jobs = Asked::Wanted::yes;
      else if (word == "node")
        asked.nodes = Asked::Wanted::yes;
      else if (word == "live")
        asked.live = Asked::Wanted::yes;
      else
        return base::Error::invalid(
            base::format("unknown topic '{}'; write some of job, node and live, with commas between.{}",
                         word.substr(0, 64), base::did_you_mean(word.substr(0, 64), topics)));
    }
  }
  if (const auto* last = net::find(request.headers, "Last-Event-ID")) asked.last_event_id = last->substr(0, longest_id);
  return asked;
}

net::Response full() {
  auto response = net::problem({503,
                                "too_many_followers",
                                "Too many follow already",
                                base::format("{} streams of events are open, which is the most; share one, or ask "
                                             "GET /jobs again in a few seconds",
                                             most_followers),
                                {}});
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

net::Response stream(Service& service, const Count& count, Asked asked) {
  if (count->fetch_add(1) >= most_followers) {
    count->fetch_sub(1);
    return full();
  }
  const std::shared_ptr<EventDesk::Follower> follower(new EventDesk::Follower(std::move(asked)),
                                                      [count](EventDesk::Follower* gone) {
                                                        delete gone;
                                                        count->fetch_sub(1);
                                                      });
  net::Response response{200,
                         {{"Content-Type", "text/event-stream"},
                          {"Cache-Control", "no-store"},
                          {"X-Accel-Buffering", "no"}},  // nginx would keep events until its buffer is full
                         "retry: 2000\n\n"};
  response.more = [&service, follower](net::PartSink sink) { service.follow(follower, std::move(sink)); };
  return response;
}

}  // namespace

void add_events_routes(Api& api) {
  const auto count = std::make_shared<std::atomic<int>>(0);
  api.add(jobs::Scope::read, net::Method::get, "/events",
          [&api, count](net::Request request, net::Responder responder) {
            auto asked = asked_for(request);
            if (!asked) return responder.send(problem_for(asked.error()));
            const auto* job = request.query_value("job");
            if (!job) return responder.send(stream(api.service, count, *std::move(asked)));
            api.service.run(
                [&api, count, asked = *asked, job = *job](Core& core, units::Instant) {
                  const auto found = core.job(job);
                  if (!found) return problem_for(found.error());
                  auto of_one = asked;
                  of_one.job = found->id;
                  return stream(api.service, count, std::move(of_one));
                },
                responder);
          });
}

}  // namespace master
