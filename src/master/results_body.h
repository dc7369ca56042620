// ResultsBody: all results that a query finds, as JSON or CSV, one part at a time: each part is one page of the store,
// so that neither the memory nor a transaction grows with the number of results. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/store.h"
#include "wire/result_query.h"

namespace master {

class ResultsBody {
 public:
  enum class Format { json, csv };
  // At most so many rows in all.
  ResultsBody(wire::ResultQuery query, Format format, std::int64_t most);

  struct Part {
    std::string bytes;
    enum class Place { middle, last } place = Place::last;
  };
  // After the last one there is none to ask for.
  base::Result<Part> next(store::ReportReader& reader);

 private:
  wire::ResultQuery query_;
  const Format format_;
  std::int64_t left_, count_ = 0;
  enum class At { start, middle } at_ = At::start;
};

}  // namespace master
