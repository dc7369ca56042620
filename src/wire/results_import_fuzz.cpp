// Results files of stream tests, of anybody: what is taken of one is a run that can be kept and read again.
#include "json/json.h"
#include "os_testing/fuzz_target.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/results_import.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {
      R"({"test_date":"2024-05-01T10:00:00.123456","scenarios":[{"name":"a","bitrate":"0k","resolution":"N/A","fps":0,)"
      R"("duration":60,"start_time":1714550400.5,"end_time":1714550460.5}]})",
      R"({"test_date":"2026-01-31T09:05:07.250Z","scenarios":[{"run_id":"../7f 3k2a","name":"\u001b[31m","encoder":"libx264","bitrate":"5M",)"
      R"("preset":"fast","resolution":"1280x720","fps":999,"duration":1e8,"status":"failed","failure":"input",)"
      R"("elapsed_seconds":2,"caveats":["c"],"energy":[{"part":"total","scope":"package","joules":5,"ci95":[4,6],)"
      R"("quality":"measured","source":"powercap"}],"power":{"scope":"package","watts":null,"reason":"r"}}]})"};
}

void fuzz_one(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) return;
  const auto rows = wire::decode_results_file(*value);
  if (!rows) return promise(!rows.error().text().empty(), "an error without words");
  for (auto row : *rows) {
    if (row.id.empty()) row.id = "000000";
    promise(jobs::check_energy(row).ok(), "an energy that cannot be");
    const auto again = wire::decode_report(wire::encode(row));
    promise(again.ok(), "a run that cannot be read again once it is kept");
  }
}

}  // namespace os_testing
