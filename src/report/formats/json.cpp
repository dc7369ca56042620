// The record itself: one run is its own document (ffwatt.run/1), several are the list that the REST interface gives.
#include "json/json.h"

#include "report/formats/formats.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace report::formats {

std::string json(const std::vector<jobs::Report>& reports) {
  const auto value = reports.size() == 1 ? wire::encode(reports.front()) : wire::encode_results(reports);
  return ::json::write(value, ::json::Layout::indented) + "\n";
}

}  // namespace report::formats
