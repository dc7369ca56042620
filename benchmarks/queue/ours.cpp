// The ffwatt master over its public interface: POST /jobs, GET /jobs/next, POST /jobs/{id}/start, POST /results. A
// worker that takes K jobs at a time is a node of K slots: one connection asks for jobs, and each slot starts its job
// and tells its result on a connection of its own.
#include <algorithm>
#include <random>

#include "queue/http.h"
#include "queue/system.h"

namespace bench {

std::string submission(std::size_t size) {
  const std::string head = R"({"scenario":"720p30-h264","labels":{"pad":")", tail = R"("}})";
  const auto rest = size > head.size() + tail.size() ? size - head.size() - tail.size() : 1;
  return head + std::string(rest, 'x') + tail;
}

namespace {

// Whether POST /results?next=1 brings the next offers; found out at the first result while more jobs wait.
enum class Next { unknown, yes, no };

std::string name_of_run() {
  static std::mt19937_64 random{std::random_device{}()};
  std::string text = "bench";
  for (int i = 0; i < 16; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

// The offers of an answer, each once: the first also stands alone, as "job".
Batch offers_in(std::string_view body) {
  constexpr std::string_view mark = R"("lease":)";
  Batch offers;
  for (auto at = body.find(mark); at != std::string_view::npos; at = body.find(mark, at + mark.size())) {
    const auto rest = body.substr(at + mark.size());
    const std::string lease(rest.substr(0, rest.find('}') + 1));
    const std::string id(between(lease, R"("job_id":")", "\""));
    if (id.empty()) throw Trouble("an offer without a job_id in its lease: " + std::string(rest.substr(0, 200)));
    if (offers.empty() || offers.front().id != id) offers.push_back({id, lease});
  }
  return offers;
}

class OurClient : public Client {
 public:
  OurClient(const Target& target, Next& next) : target_(target), next_(next), asker_(target.loop, target.port) {
    one_ = submission(target.payload);
  }

  // Blocks: a worker is no part of a measurement before it is known.
  Task<void> enrol(int slots) {
    for (int i = 0; i < slots; ++i) slots_.push_back(std::make_unique<HttpConnection>(target_.loop, target_.port));
    const auto name = name_of_run();
    const auto answer = co_await asker_.post(
        "/nodes/register", R"({"name":")" + name + R"(","boot_id":")" + name + R"(","slots":)" + std::to_string(slots) +
                               R"(,"encoders":[{"name":"libx264","codec":"h264","works":true}],"energy_sources":[]})");
    expect(answer, 200, "POST /nodes/register");
    node_ = between(answer.body, R"("node_id":")", "\"");
  }

  Task<void> put(int jobs) override {
    if (jobs == 1) {
      expect(co_await asker_.post("/jobs", one_), 201, "POST /jobs");
      co_return;
    }
    if (many_.empty() || many_of_ != jobs) {
      many_ = R"({"jobs":[)";
      for (int i = 0; i < jobs; ++i) many_ += (i ? "," : "") + one_;
      many_ += "]}";
      many_of_ = jobs;
    }
    expect(co_await asker_.post("/jobs", many_), 201, "POST /jobs of a batch");
  }

  Task<Batch> take(int most) override { return claim(most, "0"); }
  Task<Batch> wait() override { return claim(1, "30"); }

  Task<void> finish(Batch batch) override {
    std::vector<Task<void>> results;
    for (std::size_t i = 0; i < batch.size(); ++i) results.push_back(result(*slots_[i], batch[i]));
    if (results.size() == 1) {
      co_await std::move(results.front());
    } else {
      co_await target_.loop.all(std::move(results));
    }
    if (next_ == Next::unknown) next_ = offered_.empty() ? Next::no : Next::yes;
  }

 private:
  // What is offered, and started: only then a worker may begin.
  Task<Batch> claim(int most, const char* seconds) {
    Batch batch;
    while (!offered_.empty() && static_cast<int>(batch.size()) < most) {
      batch.push_back(std::move(offered_.back()));
      offered_.pop_back();
    }
    if (batch.empty()) {
      std::string target = "/jobs/next?node_id=" + node_ + "&slots=" + std::to_string(most) + "&wait=" + seconds;
      target += "&claim_id=" + std::to_string(++claims_);
      const auto answer = co_await asker_.get(target);
      expect(answer, 200, "GET /jobs/next");
      batch = offers_in(answer.body);
    }
    std::vector<Task<void>> starts;
    for (std::size_t i = 0; i < batch.size(); ++i) starts.push_back(start(*slots_[i], batch[i]));
    if (starts.size() == 1) {
      co_await std::move(starts.front());
    } else if (!starts.empty()) {
      co_await target_.loop.all(std::move(starts));
    }
    co_return batch;
  }

  Task<void> start(HttpConnection& slot, const Taken& job) {
    std::string body = R"({"node_id":")" + node_ + "\"," + job.lease.substr(1);
    expect(co_await slot.post("/jobs/" + job.id + "/start", body), 200, "POST /jobs/{id}/start");
  }

  Task<void> result(HttpConnection& slot, const Taken& job) {
    std::string body = R"({"node_id":")" + node_ + "\"," + job.lease.substr(1, job.lease.size() - 2) +
                       R"(,"report":{"schema":"ffwatt.run/1","id":")" + name_of_run() +
                       R"(","kind":"job","end":"completed","started_at":"2026-01-31T09:00:00.000Z",)" +
                       R"("ended_at":"2026-01-31T09:00:01.000Z"}})";
    const bool ask_next = next_ != Next::no;
    std::string target = "/results";
    // A claim of its own: the same one again would be told the offers that another slot is about to start.
    if (ask_next) target += "?next=1&claim_id=" + std::to_string(++claims_);
    const auto answer = co_await slot.post(target, body);
    expect(answer, 200, "POST /results");
    if (answer.body.find(R"("state":"completed")") == std::string::npos)
      throw Trouble("the result of a job was not taken: " + answer.body.substr(0, 400));
    if (ask_next)
      for (auto& offer : offers_in(answer.body)) offered_.push_back(std::move(offer));
  }

  Target target_;
  Next& next_;
  HttpConnection asker_;
  std::vector<std::unique_ptr<HttpConnection>> slots_;
  std::string node_, one_, many_;
  int many_of_ = 0;
  std::int64_t claims_ = 0;
  Batch offered_;
};

class Ours : public System {
 public:
  explicit Ours(const Target& target) : target_(target) {}
  std::unique_ptr<Client> client() override { return std::make_unique<OurClient>(target_, next_); }

  std::unique_ptr<Client> worker(int most) override {
    auto made = std::make_unique<OurClient>(target_, next_);
    target_.loop.spawn(made->enrol(most));
    target_.loop.run();
    return made;
  }

  Counts counts() override {
    Counts counts;
    std::int64_t running = 0, done = 0;
    target_.loop.spawn(count("queued", counts.waiting));
    target_.loop.spawn(count("running", running));
    target_.loop.spawn(count("completed", done));
    target_.loop.run();
    counts.taken = running, counts.done = done;
    return counts;
  }

  std::string notes() const override {
    return next_ == Next::unknown ? "" : next_ == Next::yes ? "results?next=1" : "no results?next=1";
  }

 private:
  Task<void> count(std::string state, std::int64_t& into) {
    HttpConnection connection(target_.loop, target_.port);
    const auto answer = co_await connection.get("/jobs?limit=1&state=" + state);
    expect(answer, 200, "GET /jobs");
    const auto at = answer.body.rfind(R"("count":)");  // that of the list; a job has none
    if (at == std::string::npos) throw Trouble("GET /jobs tells no count: " + answer.body.substr(0, 200));
    into = std::stoll(answer.body.substr(at + 8));
  }

  Target target_;
  Next next_ = Next::unknown;
};

}  // namespace

std::unique_ptr<System> ours(const Target& target) { return std::make_unique<Ours>(target); }

}  // namespace bench
