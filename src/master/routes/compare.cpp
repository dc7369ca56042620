// GET /compare?jobs=1,2,3: what completed jobs took against each other, by the statistics of `ffwatt compare`. Jobs of
// the same parameters are repetitions of one setting; the first one's setting is what the others are compared with.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "master/answers.h"
#include "master/api.h"
#include "report/experiment.h"
#include "wire/encode.h"
#include "wire/experiment.h"

namespace master {
namespace {

constexpr std::size_t most_jobs = 50;

base::Result<std::vector<std::string>> jobs_of(const net::Request& request) {
  FFWATT_CHECK(check_query(request, {"jobs"}));
  const auto* text = request.query_value("jobs");
  std::vector<std::string> words;
  if (text)
    for (const auto word : base::split(*text, ','))
      if (!base::trim(word).empty()) words.emplace_back(base::trim(word));
  if (words.size() < 2 || words.size() > most_jobs)
    return base::Error::invalid(
        base::format("jobs names {} of them; write 2 to {} with commas between: ?jobs=41,42", words.size(), most_jobs));
  return words;
}

// What makes two jobs repetitions of one setting: all that was asked but for where the result went.
std::string setting_of(const jobs::Job& job) {
  auto spec = job.submission.spec;
  spec.output.clear();
  spec.rtmp_url.clear();
  for (auto& rendition : spec.outputs) rendition.output.clear();
  return json::write(wire::encode(spec));
}

base::Result<wire::Experiment> compare(store::Reader& reader, const std::vector<std::string>& words) {
  std::vector<report::SettingRuns> settings;
  std::vector<std::string> keys;
  for (const auto& word : words) {
    FFWATT_TRY(auto record, find_record(reader, word));
    if (!record.job.report)
      return base::Error::failed(
          base::format("job #{} has no result to compare: it is {}", record.job.number, jobs::name(record.job.state)));
    const auto key = setting_of(record.job);
    auto at = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
    if (at == keys.size()) {
      keys.push_back(key);
      settings.push_back({base::format("#{}", record.job.number)});
    } else {
      settings[at].name += base::format(", #{}", record.job.number);
    }
    settings[at].runs.push_back({std::move(*record.job.report), 0, std::nullopt});
  }
  if (settings.size() < 2)
    return base::Error::invalid("these jobs asked for the same; name jobs of at least two settings");
  return report::experiment_of(settings, 0);
}

}  // namespace

void add_compare_routes(Api& api) {
  api.add(jobs::Scope::read, net::Method::get, "/compare", [&api](net::Request request, net::Responder responder) {
    auto words = jobs_of(request);
    if (!words) return responder.send(problem_for(words.error()));
    api.read(
        [words = std::move(*words)](store::Reader& reader) {
          return answer(compare(reader, words),
                        [](const wire::Experiment& experiment) { return answer_json(200, wire::encode(experiment)); });
        },
        std::move(responder));
  });
}

}  // namespace master
