// What a run cost in words, and by which rates; nothing where that is not known. Text comes back as it is: the caller
// makes it printable or escapes it.
#pragma once

#include <string>

#include "jobs/cost.h"

namespace report {

// "0.0000321 EUR ± 0.0000012". Only where cost() is known.
std::string cost_words(const jobs::Report& report);
// Which energy is paid for: "at the plug", "CPU package". Only where there is one.
std::string charged_words(const jobs::Report& report);
// "0.28 EUR/kWh: pricing_config.json, eu-central-1 ; with a PUE of 1.2". Only where there is a price.
std::string price_words(const jobs::Report& report);
// "342 g/kWh: Germany, average of a year: …". Only where there is an intensity.
std::string carbon_words(const jobs::Report& report);

}  // namespace report
