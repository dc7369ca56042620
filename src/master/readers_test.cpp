// What is read beside the thread of the store, on a real database.
#include "master/readers.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <set>

#include "master/api.h"
#include "master/service_for_tests.h"

namespace master {
namespace {

using testing::HasSubstr;

class ReadersTest : public Farm {
 protected:
  ReadersTest() : Farm(On::sqlite) {
    now = real.host().clock.now();
    restart();
    service.emplace(*core, *store, real.host().clock, *log);
    auto opened = Readers::open(*store, 2);
    EXPECT_TRUE(opened);
    readers = std::move(*opened);
    api = std::make_unique<Api>(
        Api{*service, scenarios, metrics, access, "0.1.0", real.host(), disk->folder / "backups", readers.get(), {}});
    add_routes(*api);
    service->start();
  }
  ~ReadersTest() override { service->stop(); }

  net::Response call(net::Method method, const std::string& path, const std::string& body = "") {
    net::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.peer = "127.0.0.1";
    request.headers = {{"Host", "localhost"}};
    const auto peer = std::make_shared<Peer>();
    api->router(std::move(request), net::Responder(peer));
    return peer->answer();
  }
  static json::Value value_of(const net::Response& response) {
    auto value = json::parse(response.body);
    return value ? *value : json::Value();
  }

  os::RealHost real;
  media::Scenarios scenarios = media::Scenarios::built_in();
  Access access{Access::Mode::insecure, "", ""};
  std::optional<Service> service;
  std::unique_ptr<Readers> readers;
  std::unique_ptr<Api> api;
};

TEST_F(ReadersTest, SeeWhatWasAnsweredBefore) {
  for (int i = 1; i <= 20; ++i) {
    ASSERT_EQ(call(net::Method::post, "/jobs", R"({"scenario":"720p30-h264"})").status, 201);
    EXPECT_EQ(value_of(call(net::Method::get, "/jobs")).at("count").as_integer(), i);
  }
}

TEST_F(ReadersTest, AnswerWhileTheStoresThreadIsBusy) {
  std::promise<void> entered, leave;
  const auto busy = std::make_shared<Peer>();
  service->run(
      [&](Core&, units::Instant) {
        entered.set_value();
        leave.get_future().wait();
        return net::Response::text(200, "done");
      },
      net::Responder(busy));
  entered.get_future().wait();
  EXPECT_EQ(call(net::Method::get, "/jobs").status, 200);
  EXPECT_EQ(call(net::Method::get, "/results").status, 200);
  EXPECT_FALSE(busy->answered());
  leave.set_value();
  EXPECT_EQ(busy->answer().status, 200);
}

TEST_F(ReadersTest, CopyTheDatabaseWhileItServes) {
  ASSERT_EQ(call(net::Method::post, "/jobs", R"({"scenario":"720p30-h264"})").status, 201);
  const auto answer = call(net::Method::post, "/backup");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto file = value_of(answer).at("file").as_string();
  auto copy = store::open_sqlite(real.host(), file);
  ASSERT_TRUE(copy) << copy.error().text();
  EXPECT_EQ((*copy)->list({})->count, 1);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator((disk->folder / "backups").string()))
    files += entry.path().extension() == ".sqlite" ? 1 : 0;
  EXPECT_EQ(files, 1) << "nothing unfinished is left";
}

TEST_F(ReadersTest, KeepTheNewestCopiesAndNothingElseIsRemoved) {
  const auto folder = disk->folder / "backups";
  std::filesystem::create_directories(folder);
  for (const char* name : {"ffwatt-20200101_000000-aaaaaa.sqlite", "ffwatt-20200102_000000-aaaaaa.sqlite",
                           "ffwatt-29990101_000000-aaaaaa.sqlite", "mine.sqlite"})
    std::ofstream(folder / name) << "x";
  api->keep_backups = 2;
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) found.insert(entry.path().filename());
    return found;
  };
  const auto answer = call(net::Method::post, "/backup");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto fresh = std::filesystem::path(value_of(answer).at("file").as_string()).filename().string();
  EXPECT_EQ(names(), (std::set<std::string>{fresh, "ffwatt-29990101_000000-aaaaaa.sqlite", "mine.sqlite"}))
      << "the new one stays beside one that a clock ahead of its time has named";
}

}  // namespace
}  // namespace master
