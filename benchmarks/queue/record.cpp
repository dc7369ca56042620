#include "queue/record.h"

#include <fstream>

#include "queue/http.h"

namespace bench {
namespace {

constexpr int verifiers = 8;

Task<void> put_until_gone(const Target& target, const std::string& body, std::ofstream& out, Figures& figures) {
  try {
    HttpConnection connection(target.loop, target.port);
    for (;;) {
      const auto start = Clock::now();
      const auto answer = co_await connection.post("/jobs", body);
      if (answer.status != 201) co_return;  // not acknowledged: nothing is owed
      figures.milliseconds.push_back(milliseconds_since(start));
      out << between(answer.body, R"("id":")", "\"") << '\n';
      ++figures.jobs;
    }
  } catch (const Trouble&) {
  }
}

Task<void> ask_for_each(const Target& target, std::ifstream& ids, Found& found) {
  HttpConnection connection(target.loop, target.port);
  for (std::string id; std::getline(ids, id);) {
    ++found.acknowledged;
    const auto answer = co_await connection.get("/jobs/" + id);
    if (answer.status == 404)
      ++found.missing;
    else
      expect(answer, 200, "GET /jobs/" + id);
  }
}

Task<void> get_until(const Target& target, const std::string& path, Clock::time_point end,
                     std::chrono::milliseconds pause, Figures& figures) {
  HttpConnection connection(target.loop, target.port);
  for (;;) {
    const auto start = Clock::now();
    if (start >= end) co_return;
    expect(co_await connection.get(path), 200, "GET " + path);
    figures.milliseconds.push_back(milliseconds_since(start));
    ++figures.jobs;
    if (pause.count() > 0) co_await target.loop.sleep_until(start + pause);
  }
}

}  // namespace

Figures record(Loop& loop, const Target& target, int clients, const std::string& file) {
  std::ofstream out(file, std::ios::app);
  Figures figures;
  const auto body = submission(target.payload);
  const auto start = Clock::now();
  for (int i = 0; i < clients; ++i) loop.spawn(put_until_gone(target, body, out, figures));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  if (!out.flush()) throw Trouble(file + " cannot be written");
  return figures;
}

Found verify(Loop& loop, const Target& target, const std::string& file) {
  std::ifstream ids(file);
  if (!ids) throw Trouble(file + " cannot be read");
  Found found;
  for (int i = 0; i < verifiers; ++i) loop.spawn(ask_for_each(target, ids, found));
  loop.run();
  return found;
}

Figures get(Loop& loop, const Target& target, const std::string& path, int clients, double seconds,
            std::chrono::milliseconds pause) {
  Figures figures;
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int i = 0; i < clients; ++i) loop.spawn(get_until(target, path, end, pause, figures));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  return figures;
}

}  // namespace bench
