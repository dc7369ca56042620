// Results of the model store: the rules of wire/result_query.h over reports in memory, without any cleverness. Test
// targets only.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "jobs/report.h"
#include "json/json.h"
#include "wire/encode.h"
#include "wire/result_facts.h"
#include "wire/result_query.h"

namespace store_testing {

class ModelResults {
 public:
  ModelResults(const std::map<std::string, jobs::Report>& reports, const wire::ResultQuery& query) : query_(query) {
    for (const auto& [id, report] : reports) {
      Row row{&report, wire::encode_facts(report), static_cast<std::int64_t>(rows_.size())};
      if (matches(row)) rows_.push_back(std::move(row));
    }
    std::sort(rows_.begin(), rows_.end(), [this](const Row& a, const Row& b) { return before(a, b); });
  }

  base::Result<wire::ResultPage> page() const {
    FFWATT_TRY(const auto after, wire::read_cursor(query_));
    wire::ResultPage page;
    auto row = rows_.begin();
    if (after) row = std::find_if(row, rows_.end(), [&](const Row& r) { return r.number == after->row; }) + 1;
    for (; row != rows_.end(); ++row) {
      if (static_cast<int>(page.rows.size()) == query_.limit) {
        page.next = wire::write_cursor(query_, {value(*(row - 1)), (row - 1)->number});
        break;
      }
      page.rows.push_back(
          json::write(query_.wanted == wire::ResultQuery::Wanted::facts ? row->facts : wire::encode(*row->report)));
    }
    return page;
  }

 private:
  struct Row {
    const jobs::Report* report;
    json::Value facts;
    std::int64_t number;
  };
  const json::Value& value(const Row& row) const { return row.facts.at(query_.sort); }
  bool matches(const Row& row) const {
    const auto started = row.report->timings.started;
    return std::all_of(query_.filters.begin(), query_.filters.end(),
                       [&](const auto& filter) { return same(row.facts.at(filter.fact), filter.value); }) &&
           (!query_.since || started >= *query_.since) && (!query_.until || started < *query_.until);
  }
  static bool same(const json::Value& a, const json::Value& b) {
    return a.is_number() && b.is_number() ? a.as_number() == b.as_number() : a == b;
  }
  bool before(const Row& a, const Row& b) const {
    const auto &left = value(a), &right = value(b);
    if (left.is_null() != right.is_null()) return right.is_null();
    const bool up = query_.order == wire::ResultQuery::Order::ascending;
    if (left.is_null() || same(left, right)) return up ? a.number < b.number : a.number > b.number;
    const bool less = left.is_number() ? left.as_number() < right.as_number() : left.as_string() < right.as_string();
    return less == up;
  }

  const wire::ResultQuery& query_;
  std::vector<Row> rows_;
};

}  // namespace store_testing
