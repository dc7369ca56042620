// What a poll is answered: cancels for the node, what it was offered already, and new offers as far as it has room.
#include <algorithm>

#include "base/format.h"
#include "master/core.h"

namespace master {

using jobs::JobState;

namespace {

constexpr std::size_t most_classes = 10'000;

}  // namespace

void Core::claim(const wire::ClaimRequest& request, Ticket ticket, units::Instant now) {
  if (const auto heard = nodes_.heard(request.node_id, now); !heard) {
    replies_.push_back({ticket, heard.error()});
    return;
  }
  // One poll a node: an older one of the same node was abandoned by its agent.
  std::erase_if(waiters_, [&](const Waiter& w) {
    if (w.request.node_id != request.node_id) return false;
    replies_.push_back({w.ticket, wire::ClaimAnswer{}});
    return true;
  });
  waiters_.push_back({request, ticket, now.boot + request.wait, Waiter::Asked::no});
}

base::Result<wire::ClaimAnswer> Core::claim_now(const wire::ClaimRequest& request, units::Instant now) {
  FFWATT_CHECK(nodes_.heard(request.node_id, now));
  const wire::ClaimRequest* one = &request;
  FFWATT_TRY(auto answers, answers_for(std::span(&one, 1), now));
  return std::move(answers.front());
}

void Core::forget(Ticket ticket) {
  std::erase_if(waiters_, [&](const Waiter& w) { return w.ticket == ticket; });
}

base::Result<void> Core::withdraw(const wire::ClaimAnswer& answer) {
  for (const auto& offer : answer.offers) FFWATT_CHECK(store_.withdraw(offer.lease));
  for (const auto& command : answer.commands) told_.erase({command.job, command.attempt});
  wake_ = true;
  return {};
}

base::Result<void> Core::serve(units::Instant now) {
  if (quiet_until_ && *quiet_until_ <= now.boot) {
    quiet_until_.reset();
    wake_ = true;
  }
  tell_watched(now);
  const bool everybody = wake_ || look_again_ <= now.boot;
  if (everybody) {
    wake_ = false;
    look_again_ = now.boot + units::Seconds(1);
  }
  std::vector<const wire::ClaimRequest*> requests;
  std::vector<std::size_t> asking;
  for (std::size_t i = 0; i < waiters_.size(); ++i) {
    if (!everybody && waiters_[i].asked == Waiter::Asked::yes) continue;
    waiters_[i].asked = Waiter::Asked::yes;
    requests.push_back(&waiters_[i].request);
    asking.push_back(i);
  }
  if (requests.empty()) return {};
  FFWATT_TRY(auto answers, answers_for(requests, now));
  std::vector<Core::Ticket> answered;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].offers.empty() && answers[i].commands.empty()) continue;
    answered.push_back(waiters_[asking[i]].ticket);
    replies_.push_back({answered.back(), std::move(answers[i])});
  }
  std::erase_if(waiters_, [&](const Waiter& waiter) {
    return std::find(answered.begin(), answered.end(), waiter.ticket) != answered.end();
  });
  return {};
}

// Their polls are answered with nothing but that.
void Core::tell_watched(units::Instant now) {
  std::erase_if(waiters_, [&](const Waiter& waiter) {
    const auto watched = board_.news(waiter.request.node_id, now.boot);
    if (!watched) return false;
    wire::ClaimAnswer answer;
    answer.live = *watched;
    replies_.push_back({waiter.ticket, std::move(answer)});
    return true;
  });
}

const jobs::Needs& Core::needs_of(const std::string& job_class) {
  auto known = needs_.find(job_class);
  if (known == needs_.end()) {
    // A class that cannot be read needs what nobody has: such a job is shown as unsatisfiable.
    auto needs = jobs::parse_class(job_class);
    known = needs_.emplace(job_class, needs ? *std::move(needs) : jobs::Needs{}).first;
  }
  return known->second;
}

base::Result<Core::Classes> Core::ready_classes() {
  // Classes that name nodes come and go. Here nobody holds a pointer to one.
  if (needs_.size() >= most_classes) needs_.clear();
  FFWATT_TRY(const auto texts, store_.ready_classes());
  Classes classes;
  classes.reserve(texts.size());
  for (const auto& text : texts) classes.emplace_back(text, &needs_of(text));
  return classes;
}

base::Result<std::vector<Core::Known>> Core::look_at(std::span<const wire::ClaimRequest* const> requests,
                                                     units::Instant now) {
  std::vector<base::Id> nodes;
  nodes.reserve(requests.size());
  for (const auto* request : requests) nodes.push_back(request->node_id);
  FFWATT_TRY(auto loads, store_.loads(nodes, now));
  std::vector<Known> all;
  all.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) all.push_back({requests[i], std::move(loads[i]), {}});
  return all;
}

base::Result<void> Core::tell_cancels(std::span<Known> all, units::Instant now) {
  // Cancels are rare: what each node holds is looked at only where there is one.
  std::vector<base::Id> nodes;
  for (const auto& known : all)
    if (known.load.canceling > 0) nodes.push_back(known.request->node_id);
  if (nodes.empty()) return {};
  FFWATT_TRY(const auto holdings, store_.holdings(nodes, now));
  for (auto& known : all)
    for (const auto& holding : holdings)
      if (holding.node == known.request->node_id && holding.state == JobState::canceling &&
          told_.emplace(holding.job, holding.attempt).second)
        known.answer.commands.push_back({holding.job, holding.attempt, wire::LeaseWord::cancel});
  return {};
}

void Core::wish_for(const Known& known, const Classes& ready, std::vector<store::Wish>& wishes) {
  const auto& request = *known.request;
  const jobs::Node* node = nodes_.find(request.node_id);
  if (!node || node->intent != jobs::Intent::active) return;
  std::map<std::string, int> used;
  for (const auto& [text, jobs] : known.load.jobs) {
    const auto& needs = needs_of(text);
    if (needs.alone == jobs::Alone::yes) return;
    used[jobs::slot_kind(node->facts, needs)] += jobs;
  }
  const auto reserved = reservations_.held_for(node->id);
  const bool empty = known.load.jobs.empty() && request.slots >= node->facts.slots;
  std::map<std::string, store::Wish> by_kind;
  for (const auto& [text, needs] : ready) {
    const bool alone = needs->alone == jobs::Alone::yes;
    if (alone ? !empty : reserved.has_value()) continue;
    if (reserved && *reserved != text) continue;
    if (!jobs::can_run(node->id, node->facts, *needs)) continue;
    by_kind[alone ? std::string() : jobs::slot_kind(node->facts, *needs)].classes.push_back(text);
  }
  for (auto& [kind, wish] : by_kind) {
    // What the agent says that it has free counts for its own slots; it may still be ending what we think is over.
    wish.most = jobs::slots_of(node->facts, kind) - used[kind];
    if (kind.empty()) wish.most = std::min(wish.most, request.slots);
    if (wish.most <= 0) continue;
    wish.node = node->id;
    wish.claim_id = request.claim_id;
    wishes.push_back(std::move(wish));
  }
}

base::Result<void> Core::reserve_nodes(const Classes& ready, units::Instant now) {
  std::vector<std::string> alone;
  for (const auto& [text, needs] : ready)
    if (needs->alone == jobs::Alone::yes) alone.push_back(text);
  reservations_.waiting(alone, now.boot);
  const auto overdue = reservations_.overdue(now.boot);
  if (overdue.empty() && reservations_.kept().empty()) return {};
  FFWATT_TRY(const auto nodes, store_.nodes(now));
  FFWATT_TRY(const auto holdings, store_.holdings({}, now));
  const auto serves = [&](const store::SeenNode& seen) {
    return seen.node.intent == jobs::Intent::active && jobs::liveness(seen.since_heard) == jobs::Liveness::up;
  };
  for (const auto& kept : reservations_.kept()) {
    const auto seen = std::find_if(nodes.begin(), nodes.end(), [&](const auto& one) { return one.node.id == kept; });
    if (seen == nodes.end() || !serves(*seen)) reservations_.release(kept);
  }
  for (const auto& text : overdue) {
    std::vector<Reservations::Candidate> candidates;
    for (const auto& seen : nodes)
      if (serves(seen) && jobs::can_run(seen.node.id, seen.node.facts, needs_of(text)))
        candidates.push_back({seen.node.id, static_cast<std::size_t>(std::count_if(
                                                holdings.begin(), holdings.end(),
                                                [&](const auto& holding) { return holding.node == seen.node.id; }))});
    reservations_.reserve(text, candidates);
  }
  return {};
}

base::Result<std::vector<wire::ClaimAnswer>> Core::answers_for(std::span<const wire::ClaimRequest* const> requests,
                                                               units::Instant now) {
  FFWATT_TRY(auto all, look_at(requests, now));
  FFWATT_CHECK(tell_cancels(all, now));
  const bool quiet = quiet_until_ && *quiet_until_ > now.boot;
  Classes ready;
  if (!quiet) {
    FFWATT_TRY(ready, ready_classes());
    FFWATT_CHECK(reserve_nodes(ready, now));
  }
  std::vector<store::Wish> wishes;
  std::vector<Known*> wishers;
  for (auto& known : all) {
    // Without an id every claim is another one: what it was offered before ends by itself.
    if (!known.request->claim_id.empty() && known.load.offered > 0) {
      // The same claim after a lost answer gets the same offers.
      FFWATT_TRY(auto again, store_.offered(known.request->node_id, known.request->claim_id, now));
      for (auto& offer : again)
        known.answer.offers.push_back({std::move(offer.record.job), offer.lease, std::move(offer.record.text)});
      if (!known.answer.offers.empty()) continue;
    }
    wish_for(known, ready, wishes);
    wishers.resize(wishes.size(), &known);
  }
  if (!wishes.empty()) {
    const auto new_token = [this] { return random_.token(); };
    FFWATT_TRY(auto offers, store_.offer(wishes, new_token, settings_.times.offer, now));
    for (std::size_t i = 0; i < offers.size(); ++i) FFWATT_CHECK(hand_over(*wishers[i], std::move(offers[i])));
  }
  std::vector<wire::ClaimAnswer> answers;
  answers.reserve(all.size());
  for (auto& known : all) answers.push_back(std::move(known.answer));
  return answers;
}

base::Result<void> Core::hand_over(Known& known, std::vector<store::Offered> offers) {
  for (auto& offer : offers) {
    // The wishes of one node for its kinds of slots are fulfilled apart from each other: who wants to be alone came
    // with the first.
    const bool alone = jobs::wants_to_be_alone(offer.record.job_class);
    if (known.alone || (alone && !known.answer.offers.empty())) {
      FFWATT_CHECK(store_.withdraw(offer.lease));
      continue;
    }
    if (alone) {
      known.alone = true;
      reservations_.served(offer.record.job_class);
    }
    known.answer.offers.push_back({std::move(offer.record.job), offer.lease, std::move(offer.record.text)});
  }
  return {};
}

}  // namespace master
