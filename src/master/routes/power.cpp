// GET /jobs/{id}/power.csv: the power trace of a job's newest attempt, unfolded. It is kept packed, and unfolding it
// takes a second for a day of work: that is done on a thread of its own, so that no lease waits for a spreadsheet.
#include "base/format.h"
#include "master/answers.h"
#include "master/api.h"
#include "master/worker.h"
#include "power/power_trace.h"

namespace master {
namespace {

// Each answer may hold some hundred MB for the time that it takes to send it.
constexpr std::size_t most_waiting = 4;

// Between the core, which answers with the packed bytes, and the asker.
class Unfolding final : public net::Responder::Channel {
 public:
  Unfolding(net::Responder asker, std::shared_ptr<Worker> worker)
      : asker_(std::move(asker)), worker_(std::move(worker)) {}

  void send(net::Response response) override {
    if (response.status != 200) return asker_.send(std::move(response));
    const auto taken = worker_->add([asker = asker_, bytes = std::move(response.body)] {
      const auto trace = power::decode_power_trace(bytes);
      if (!trace) return asker.send(problem_for(base::Error::failed(trace.error().text())));
      net::Response csv{200, {{"Content-Type", "text/csv; charset=utf-8"}, {"Cache-Control", "no-store"}}, {}};
      csv.body = power_trace_csv(*trace);
      asker.send(std::move(csv));
    });
    if (taken == Worker::Taken::no)
      asker_.send(problem_for(base::Error::retry("several others ask for power traces; ask again in a moment")));
  }
  bool peer_gone() const override { return asker_.peer_gone(); }
  void when_gone(std::function<void()> callback) override { asker_.when_gone(std::move(callback)); }

 private:
  net::Responder asker_;
  std::shared_ptr<Worker> worker_;
};

}  // namespace

void add_power_routes(Api& api) {
  const auto worker = std::make_shared<Worker>(most_waiting);
  api.add(jobs::Scope::read, net::Method::get, "/jobs/{id}/power.csv",
          [&api, worker](net::Request request, net::Responder responder) {
            api.service.run(
                [id = request.parameter("id")](Core& core, units::Instant) {
                  return answer(core.power_trace(id), [](const std::string& bytes) {
                    return net::Response{200, {}, bytes};
                  });
                },
                net::Responder(std::make_shared<Unfolding>(std::move(responder), worker)));
          });
}

}  // namespace master
