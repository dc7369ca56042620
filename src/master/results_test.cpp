// GET /results of a master on SQLite with its readers: pages, CSV, and everything in parts.
#include "master/api.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "json/json.h"
#include "master/core_for_tests.h"
#include "master/service_for_tests.h"
#include "report/facts_csv.h"
#include "wire/encode.h"
#include "wire/result_facts.h"

namespace master {
namespace {

using testing::HasSubstr;

// The server's side of a body in parts: one ask, and what came of it.
class Ask final : public net::PartSink::Channel {
 public:
  void part(std::string bytes, Then then) override {
    answer({std::move(bytes), then == Then::end ? End::end : End::more});
  }
  void cut() override { answer({{}, End::cut}); }
  ~Ask() override = default;

  enum class End { more, end, cut };
  struct Answer {
    std::string bytes;
    End end = End::more;
  };
  Answer wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return answer_.has_value(); });
    return *answer_;
  }

 private:
  void answer(Answer answer) {
    const std::lock_guard lock(mutex_);
    if (!answer_) answer_ = std::move(answer);
    came_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<Answer> answer_;
};

class ResultsRoute : public Farm {
 protected:
  ResultsRoute() : Farm(On::sqlite) {
    service.emplace(*core, *store, real.host().clock, *log);
    readers = *Readers::open(*store, 2);
    api = std::make_unique<Api>(
        Api{*service, scenarios, metrics, access, "0.1.0", real.host(), disk->folder / "backups", readers.get(), {}});
    add_routes(*api);
  }

  jobs::Report report(int i) const {
    auto report = a_report();
    report.id = base::format("run{:05}", i);
    report.node = base::format("worker-{}", i % 3);
    report.timings.started = report.timings.ended = now.wall + units::Seconds(i);
    report.spec = a_submission().spec;
    const units::Joules joules(1000 - i % 100);
    report.energy = {
        {jobs::Part::total, units::Measured<units::Joules>::of(joules, joules, joules, units::Quality::measured, "perf",
                                                               units::Scope::package)}};
    return report;
  }
  void keep(int count) {
    ASSERT_TRUE(store->begin());
    for (int i = 0; i < count; ++i) ASSERT_TRUE(store->add_report(report(i)));
    ASSERT_TRUE(store->commit());
  }

  using Words = std::vector<std::pair<std::string, std::string>>;
  net::Response get(Words query, net::Headers headers = {}) {
    net::Request request;
    request.path = "/results";
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "localhost");
    request.peer = "127.0.0.1";
    auto peer = std::make_shared<Peer>();
    api->router(std::move(request), net::Responder(peer));
    return peer->answer();
  }
  // All of a body, as a server that writes one part after the other would send it.
  struct Whole {
    std::string body;
    std::size_t parts = 1, longest = 0;
    Ask::End end = Ask::End::end;
  };
  static Whole whole(const net::Response& response) {
    Whole all{response.body, 1, response.body.size()};
    if (!response.more) return all;
    for (auto end = Ask::End::more; end == Ask::End::more; all.end = end) {
      const auto ask = std::make_shared<Ask>();
      response.more(net::PartSink(ask));
      const auto answer = ask->wait();
      all.body += answer.bytes;
      all.longest = std::max(all.longest, answer.bytes.size());
      ++all.parts;
      end = answer.end;
    }
    return all;
  }
  static std::string type(const net::Response& response) {
    const auto* type = net::find(response.headers, "Content-Type");
    return type ? *type : "";
  }

  os::RealHost real;
  const media::Scenarios scenarios = media::Scenarios::built_in();
  Access access{Access::Mode::guarded, "0123456789abcdef", "/state/key"};
  std::optional<Service> service;
  std::unique_ptr<Readers> readers;
  std::unique_ptr<Api> api;
};

TEST_F(ResultsRoute, WhichWasTheMostEfficientIsOneRequest) {
  keep(150);
  const auto response = get({{"scenario", "720p30-h264"}, {"sort", "energy_joules"}, {"limit", "1"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(type(response), "application/json");
  const auto body = *json::parse(response.body);
  EXPECT_EQ(body.at("count").as_integer(), 1);
  EXPECT_EQ(body.at("results").items().at(0), *json::parse(json::write(wire::encode(report(99)))));
  EXPECT_TRUE(body.at("next").is_string());
}

TEST_F(ResultsRoute, PagesAreWalkedByNextToTheEnd) {
  keep(1130);
  std::vector<std::string> ids;
  Words words{{"sort", "energy_joules"}, {"limit", "300"}};
  for (std::string next = "first"; !next.empty();) {
    const auto body = *json::parse(whole(get(words)).body);
    for (const auto& result : body.at("results").items()) ids.push_back(result.at("id").as_string());
    next = body.at("next").is_string() ? body.at("next").as_string() : "";
    words = {{"sort", "energy_joules"}, {"limit", "300"}, {"cursor", next}};
  }
  EXPECT_EQ(ids.size(), 1130u);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST_F(ResultsRoute, WithoutAWordTheyAreTheFiftyNewest) {
  keep(60);
  const auto body = *json::parse(get({}).body);
  EXPECT_EQ(body.at("count").as_integer(), 50);
  EXPECT_EQ(body.at("results").items().at(0).at("id").as_string(), "run00059");
  EXPECT_EQ(json::parse(get({{"node", "none"}}).body)->at("next"), json::Value());
}

TEST_F(ResultsRoute, CsvIsAllOfThemWithAColumnForEachFact) {
  keep(3);
  const auto response = get({{"format", "csv"}, {"sort", "energy_joules"}});
  EXPECT_EQ(type(response), "text/csv; charset=utf-8");
  std::string expected = report::facts_csv_header();
  for (const int i : {2, 1, 0}) expected += report::facts_csv_row(wire::encode_facts(report(i)));
  EXPECT_EQ(response.body, expected);
  EXPECT_EQ(get({{"sort", "energy_joules"}}, {{"Accept", "text/csv;q=0.9, */*"}}).body, expected);
  EXPECT_EQ(type(get({}, {{"Accept", "application/json, text/csv"}})), "application/json");
  EXPECT_EQ(type(get({}, {{"Accept", "*/*"}})), "application/json");
  EXPECT_EQ(type(get({{"format", "json"}}, {{"Accept", "text/csv"}})), "application/json");
  EXPECT_EQ(get({{"format", "csv"}, {"sort", "energy_joules"}, {"limit", "1"}}).body,
            report::facts_csv_header() + report::facts_csv_row(wire::encode_facts(report(2))));
}

// Bytes that wait are counted, not the memory of the process: what a part holds is all that there is at a time, since
// the next is asked for when the last was written.
TEST_F(ResultsRoute, TenThousandGoOutInPartsOfBoundedLength) {
  constexpr int many = 10'000;
  keep(many);
  constexpr std::size_t bound = 1u << 20;
  const auto csv = whole(get({{"format", "csv"}}));
  EXPECT_EQ(csv.end, Ask::End::end);
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), many + 1);
  EXPECT_LT(csv.longest, bound);
  EXPECT_EQ(csv.parts, 5u);

  const auto json = whole(get({{"limit", "all"}, {"sort", "energy_joules"}}));
  EXPECT_EQ(json.end, Ask::End::end);
  EXPECT_LT(json.longest, bound);
  EXPECT_EQ(json.parts, 50u);
  const auto body = json::parse(json.body);
  ASSERT_TRUE(body) << body.error().text();
  EXPECT_EQ(body->at("count").as_integer(), many);
  EXPECT_EQ(body->at("results").items().size(), static_cast<std::size_t>(many));
  EXPECT_TRUE(body->at("next").is_null());
}

TEST_F(ResultsRoute, WhatIsKeptBetweenTwoPartsIsNotHeldUp) {
  keep(2500);
  const auto response = get({{"format", "csv"}, {"order", "asc"}});
  ASSERT_TRUE(response.more);
  ASSERT_TRUE(store->add_report(report(5000)));
  EXPECT_THAT(whole(response).body, HasSubstr("\nrun05000,")) << "it stands in a later part";
}

TEST_F(ResultsRoute, AnErrorInTheMiddleCutsTheBody) {
  int parts = 0;
  const auto body = api->parts([&parts](store::Reader&) -> base::Result<ResultsBody::Part> {
    if (++parts == 2) return base::Error::failed("the disk has gone");
    return ResultsBody::Part{"a part", ResultsBody::Part::Place::middle};
  });
  const auto all = whole({200, {}, "", body});
  EXPECT_EQ(all.body, "a part");
  EXPECT_EQ(all.end, Ask::End::cut);
}

TEST_F(ResultsRoute, WhatIsWrongIsSaidBeforeAnythingIsSent) {
  keep(3);
  const auto refused = [&](Words words, const std::string& says) {
    for (const auto* format : {"json", "csv"}) {
      words.emplace_back("format", format);
      const auto response = get(words);
      words.pop_back();
      EXPECT_EQ(response.status, 400) << says;
      EXPECT_THAT(response.body, HasSubstr(says));
    }
  };
  refused({{"codex", "h264"}}, "Did you mean 'codec'");
  refused({{"sort", "energy_joule"}}, "Did you mean 'energy_joules', ");
  refused({{"cursor", "before-3"}}, "is no cursor of these results");
  refused({{"limit", "0"}}, "limit is '0'");
  refused({{"limit", "every"}}, "limit is 'every'");
  EXPECT_EQ(get({{"limit", "501"}}).status, 400);
  EXPECT_EQ(get({{"limit", "501"}, {"format", "csv"}}).status, 200);
  EXPECT_EQ(get({{"format", "xml"}}).status, 400);
}

}  // namespace
}  // namespace master
