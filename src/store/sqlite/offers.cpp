#include "store/sqlite/offers.h"

#include <algorithm>

namespace store::sqlite {

void Offers::add(Offer offer) {
  take(offer.lease.job);
  by_end_.emplace(offer.expires, offer.lease.job);
  by_claim_.emplace(offer.node, offer.claim_id, offer.lease.job);
  ++loads_[offer.node][offer.from.job_class];
  by_job_[offer.lease.job] = std::move(offer);
}

const Offer* Offers::of(base::Id job) const {
  const auto found = by_job_.find(job);
  return found == by_job_.end() ? nullptr : &found->second;
}

std::optional<Offer> Offers::take(base::Id job) {
  const auto found = by_job_.find(job);
  if (found == by_job_.end()) return std::nullopt;
  auto offer = std::move(found->second);
  by_end_.erase({offer.expires, job});
  by_claim_.erase({offer.node, offer.claim_id, job});
  auto& load = loads_[offer.node];
  if (--load[offer.from.job_class] == 0) load.erase(offer.from.job_class);
  if (load.empty()) loads_.erase(offer.node);
  by_job_.erase(found);
  return offer;
}

std::vector<Offer> Offers::take_expired(units::BootTime now) {
  std::vector<Offer> expired;
  while (!by_end_.empty() && by_end_.begin()->first <= now)
    if (auto offer = take(by_end_.begin()->second)) expired.push_back(*std::move(offer));
  return expired;
}

std::vector<Offer> Offers::of_claim(base::Id node, const std::string& claim_id) const {
  std::vector<Offer> found;
  for (auto it = by_claim_.lower_bound({node, claim_id, base::Id()}); it != by_claim_.end(); ++it) {
    const auto& [its_node, its_claim, job] = *it;
    if (its_node != node || its_claim != claim_id) break;
    found.push_back(by_job_.at(job));
  }
  std::sort(found.begin(), found.end(),
            [](const Offer& a, const Offer& b) { return a.from.entry.number < b.from.entry.number; });
  return found;
}

Holding Offers::holding_of(const Offer& offer) {
  return {offer.lease.job,        offer.node,          offer.from.entry.number,
          jobs::JobState::queued, offer.lease.attempt, offer.from.job_class};
}

void Offers::of(base::Id node, std::vector<Holding>& into) const {
  for (auto it = by_claim_.lower_bound({node, std::string(), base::Id()});
       it != by_claim_.end() && std::get<0>(*it) == node; ++it)
    into.push_back(holding_of(by_job_.at(std::get<2>(*it))));
}

void Offers::all(std::vector<Holding>& into) const {
  for (const auto& [job, offer] : by_job_) into.push_back(holding_of(offer));
}

void Offers::add_load(base::Id node, NodeLoad& into) const {
  const auto found = loads_.find(node);
  if (found == loads_.end()) return;
  for (const auto& [job_class, jobs] : found->second) {
    into.jobs[job_class] += jobs;
    into.offered += jobs;
  }
}

std::optional<units::BootTime> Offers::next_deadline() const {
  if (by_end_.empty()) return std::nullopt;
  return by_end_.begin()->first;
}

void Offers::clear() {
  by_job_.clear();
  by_end_.clear();
  by_claim_.clear();
  loads_.clear();
}

}  // namespace store::sqlite
