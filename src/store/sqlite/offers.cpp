#include "store/sqlite/offers.h"

#include <algorithm>

namespace store::sqlite {

void Offers::add(Offer offer) {
  by_end_.emplace(offer.expires, offer.lease.job);
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
  for (const auto& [job, offer] : by_job_)
    if (offer.node == node && offer.claim_id == claim_id) found.push_back(offer);
  std::sort(found.begin(), found.end(),
            [](const Offer& a, const Offer& b) { return a.from.entry.number < b.from.entry.number; });
  return found;
}

std::optional<units::BootTime> Offers::next_deadline() const {
  if (by_end_.empty()) return std::nullopt;
  return by_end_.begin()->first;
}

void Offers::clear() {
  by_job_.clear();
  by_end_.clear();
}

}  // namespace store::sqlite
