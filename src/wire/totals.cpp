#include "wire/totals.h"

#include <algorithm>

#include "jobs/report.h"
#include "units/parse.h"
#include "wire/fields.h"

namespace wire {
namespace {

std::string text_of(const json::Value& facts, std::string_view key) {
  const auto& value = facts.at(key);
  return value.is_string() ? value.as_string() : std::string();
}

void add_energy(const json::Value& facts, Totals& into) {
  const auto &joules = facts.at("energy_joules"), &low = facts.at("energy_low_joules"),
             &high = facts.at("energy_high_joules");
  const auto scope = units::parse_scope(text_of(facts, "energy_scope"));
  const auto quality = units::parse_quality(text_of(facts, "energy_quality"));
  if (!joules.is_number() || !scope || !quality) return;
  ++into.with_energy;
  auto same = std::find_if(into.energy.begin(), into.energy.end(),
                           [&](const auto& one) { return one.scope == *scope && one.quality == *quality; });
  if (same == into.energy.end()) {
    Totals::Energy fresh;
    fresh.scope = *scope, fresh.quality = *quality;
    same = into.energy.insert(same, fresh);
  }
  const double value = joules.as_number();
  same->joules = same->joules + units::Joules(value);
  same->low = same->low + units::Joules(low.is_number() ? low.as_number() : value);
  same->high = same->high + units::Joules(high.is_number() ? high.as_number() : value);
  ++same->runs;
}

}  // namespace

void add(const json::Value& facts, Totals& into) {
  ++into.runs;
  const auto state = text_of(facts, "state");
  if (state == jobs::name(jobs::End::completed)) ++into.completed;
  add_energy(facts, into);
  if (const auto& cost = facts.at("cost"); cost.is_number()) {
    auto& sum = into.cost[text_of(facts, "currency")];
    sum.amount += cost.as_number();
    ++sum.runs;
    ++into.with_cost;
  }
  if (const auto& grams = facts.at("emissions_grams"); grams.is_number()) {
    into.grams += grams.as_number();
    ++into.with_emissions;
  }
}

json::Value encode(const Totals& totals) {
  auto value = json::Value::object({{"runs", totals.runs}, {"completed", totals.completed}});
  value.set("energy", array_of(totals.energy, [](const Totals::Energy& one) {
              return json::Value::object({{"scope", units::name(one.scope)},
                                          {"quality", units::name(one.quality)},
                                          {"joules", one.joules.value()},
                                          {"ci95", json::Value::array({one.low.value(), one.high.value()})},
                                          {"runs", one.runs}});
            }));
  value.set("without_energy", totals.runs - totals.with_energy);
  auto cost = json::Value::array();
  for (const auto& [currency, sum] : totals.cost)
    cost.push_back(json::Value::object({{"currency", currency}, {"amount", sum.amount}, {"runs", sum.runs}}));
  value.set("cost", std::move(cost));
  value.set("without_cost", totals.runs - totals.with_cost);
  if (totals.with_emissions > 0)
    value.set("emissions", json::Value::object({{"grams", totals.grams}, {"runs", totals.with_emissions}}));
  value.set("without_emissions", totals.runs - totals.with_emissions);
  return value;
}

std::string group_of(const json::Value& facts, const std::string& by) {
  constexpr std::size_t length_of_a_day = 10;  // 2026-01-31
  return by == "day" ? text_of(facts, "started").substr(0, length_of_a_day) : text_of(facts, by);
}

json::Value encode_groups(const std::string& by, units::Seconds window, const std::map<std::string, Totals>& groups) {
  auto list = json::Value::array();
  for (const auto& [name, totals] : groups) {
    auto one = json::Value::object({{"name", name.empty() ? json::Value() : json::Value(name)}});
    one.set("totals", encode(totals));
    list.push_back(std::move(one));
  }
  return json::Value::object({{"by", by}, {"window_seconds", window.value()}, {"groups", std::move(list)}});
}

json::Value encode(const Summary& summary) {
  auto states = json::Value::object();
  for (const auto& [state, count] : summary.jobs) states.set(jobs::name(state), count);
  const bool at_least = summary.at_least == Summary::AtLeast::yes;
  return json::Value::object({{"jobs", states},
                              {"window_seconds", summary.window.value()},
                              {"failed", json::Value::object({{"count", summary.failed}, {"at_least", at_least}})},
                              {"ended", encode(summary.ended)}});
}

}  // namespace wire
