#include "queue/record.h"

#include <algorithm>
#include <fstream>
#include <map>

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
      out << "queued " << between(answer.body, R"("id":")", "\"") << '\n';
      ++figures.jobs;
    }
  } catch (const Trouble&) {
  }
}

Task<void> work_until_gone(Client& worker, std::ofstream& out) {
  try {
    for (;;) {
      const auto batch = co_await worker.wait();
      for (const auto& job : batch) out << "started " << job.id << '\n';
      co_await worker.finish(batch);
      for (const auto& job : batch) out << "done " << job.id << '\n';
    }
  } catch (const Trouble&) {
  }
}

// What was acknowledged of a job, the last of it.
enum class Word { queued, started, done };
using Words = std::map<std::string, Word>;

Words words_in(std::ifstream& lines) {
  static const std::map<std::string, Word> known{
      {"queued", Word::queued}, {"started", Word::started}, {"done", Word::done}};
  Words words;
  for (std::string word, id; lines >> word >> id;) {
    const auto meant = known.find(word);
    if (meant == known.end()) throw Trouble("a line that begins with '" + word + "'");
    auto& of = words.try_emplace(id, meant->second).first->second;
    of = std::max(of, meant->second);
  }
  return words;
}

bool knows(const std::string& job, Word word) {
  switch (word) {
    case Word::queued:
      return true;
    case Word::started:
      return job.find(R"("attempts":[{)") != std::string::npos;
    case Word::done:
      return job.find(R"("state":"completed")") != std::string::npos && job.find(R"("report":{)") != std::string::npos;
  }
  return false;
}

Task<void> ask_for_each(const Target& target, Words::const_iterator& next, Words::const_iterator end, Found& found) {
  HttpConnection connection(target.loop, target.port);
  while (next != end) {
    const auto [id, word] = *next++;
    ++(word == Word::queued ? found.acknowledged : word == Word::started ? found.started : found.done);
    const auto answer = co_await connection.get("/jobs/" + id);
    if (answer.status != 404) expect(answer, 200, "GET /jobs/" + id);
    if (answer.status == 404 || !knows(answer.body, word)) ++found.missing;
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

Figures record(Loop& loop, const Target& target, int clients, int workers, const std::string& file) {
  std::ofstream out(file, std::ios::app);
  Figures figures;
  const auto body = submission(target.payload);
  const auto system = ours(target);
  std::vector<std::unique_ptr<Client>> made;
  try {
    for (int i = 0; i < workers; ++i) made.push_back(system->worker(1));
  } catch (const Trouble&) {  // gone already
  }
  const auto start = Clock::now();
  for (int i = 0; i < clients; ++i) loop.spawn(put_until_gone(target, body, out, figures));
  for (auto& worker : made) loop.spawn(work_until_gone(*worker, out));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  if (!out.flush()) throw Trouble(file + " cannot be written");
  return figures;
}

Found verify(Loop& loop, const Target& target, const std::string& file) {
  std::ifstream lines(file);
  if (!lines) throw Trouble(file + " cannot be read");
  const auto words = words_in(lines);
  auto next = words.begin();
  Found found;
  for (int i = 0; i < verifiers; ++i) loop.spawn(ask_for_each(target, next, words.end(), found));
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
