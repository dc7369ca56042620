// Small scope, exhaustively: one master, two agents, one job, and every order of what can happen to them up to a depth.
// Where the simulator throws dice, this goes through all of them, on the real core and a model store. Two paths that
// lead to the same state are followed once.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "base/format.h"
#include "base/mutants.h"
#include "master/core.h"
#include "os_testing/seeded_random.h"
#include "store_testing/model_store.h"

namespace simulation {
namespace {

using jobs::JobState;

// `lost`: it is carried out, and the answer does not come back.
enum class Step {
  offer_1,
  offer_2,
  offer_1_lost,
  start_1,
  start_2,
  start_1_lost,
  renew_1,
  renew_2,
  completed_1,
  completed_2,
  completed_1_lost,
  failed_1,
  cancel,
  offer_ends,
  lease_ends,
  master_killed,
  agent_1_restarted,
  count
};

// One farm, played from its beginning along a path.
class Play {
 public:
  Play() : data_(store_testing::ModelData::alone()) {
    begin_master();
    for (int i : {0, 1}) {
      jobs::NodeFacts facts;
      facts.name = base::format("n{}", i + 1);
      facts.boot_id = "boot-1";
      facts.encoders.push_back({"libx264", media::Codec::h264, media::EncoderState::Works::yes, ""});
      nodes_[i].facts = facts;
      nodes_[i].id = core_->enrol({std::nullopt, facts}, now_)->node_id;
    }
    jobs::Submission submission;
    submission.spec.encoder = "libx264";
    submission.max_attempts = 2;
    job_ = core_->submit({submission}, std::nullopt, now_)->jobs.front().id;
    look();
  }

  // What is wrong after it; empty: nothing.
  std::string take(Step step) {
    switch (step) {
      case Step::offer_1:
        offer(0, true);
        break;
      case Step::offer_2:
        offer(1, true);
        break;
      case Step::offer_1_lost:
        offer(0, false);
        break;
      case Step::start_1:
        start(0, true);
        break;
      case Step::start_2:
        start(1, true);
        break;
      case Step::start_1_lost:
        start(0, false);
        break;
      case Step::renew_1:
        renew(0);
        break;
      case Step::renew_2:
        renew(1);
        break;
      case Step::completed_1:
        result(0, jobs::End::completed, true);
        break;
      case Step::completed_2:
        result(1, jobs::End::completed, true);
        break;
      case Step::completed_1_lost:
        result(0, jobs::End::completed, false);
        break;
      case Step::failed_1:
        result(0, jobs::End::failed, true);
        break;
      case Step::cancel:
        if (core_->change(job_.text(), jobs::Event::cancel, "ada", now_)) canceled_ = true;
        break;
      case Step::offer_ends:
        pass(units::Seconds(16));
        break;
      case Step::lease_ends:
        pass(units::Seconds(101));
        break;
      case Step::master_killed:
        begin_master();
        pass(units::Seconds(11));  // nothing is offered before
        break;
      case Step::agent_1_restarted:
        nodes_[0].facts.boot_id += "+";
        nodes_[0].lease.reset();
        (void)core_->enrol({nodes_[0].id, nodes_[0].facts}, now_);
        break;
      case Step::count:
        break;
    }
    look();
    return wrong_;
  }

  // What the future depends on, whatever the path.
  std::string state() const {
    std::string text = base::format("{} {} {} {} {}", jobs::name(seen_.job.state), seen_.job.attempts.size(),
                                    seen_.job.failures, seen_.job.interruptions, seen_.job.crashes);
    text += base::format(" {} {}", seen_.lease ? seen_.lease->attempt : 0,
                         !seen_.holder                   ? 0
                         : *seen_.holder == nodes_[0].id ? 1
                                                         : 2);
    const auto offer = store_->offer_of(job_, now_);
    text += offer && *offer ? base::format(" offer {}", (*offer)->attempt) : std::string(" no offer");
    for (const auto& node : nodes_)
      text += node.lease
                  ? base::format(" {}{}{}{}", node.lease->attempt, node.started ? "s" : "o",
                                 seen_.lease == node.lease ? "=" : "!", offer && *offer == node.lease ? "o" : "-")
                  : std::string(" -");
    // Whose offer it is, and whether the node's next claim would be given it again.
    const auto holdings = store_->holdings({}, now_);
    for (const auto& node : nodes_) {
      const bool holds = holdings && std::any_of(holdings->begin(), holdings->end(),
                                                 [&](const store::Holding& held) { return held.node == node.id; });
      const auto again = store_->offered(node.id, base::format("claim {}", node.claims), now_);
      text += base::format(" {}{}", holds ? "h" : "-", again && !again->empty() ? "a" : "-");
    }
    // How long a lease has left, in steps of what can pass here.
    const auto next = store_->next_deadline();
    text += base::format(" {:.0f}", next ? (*next - now_.boot).value() : -1.0);
    text += base::format(" {} {}", canceled_, published_.size());
    text += seen_.job.not_before && *seen_.job.not_before > now_.wall ? " waits" : "";
    return text;
  }

 private:
  struct Node {
    base::Id id;
    jobs::NodeFacts facts;
    std::optional<jobs::Lease> lease;
    bool started = false;
    int claims = 0;
  };

  void begin_master() {
    core_.reset();
    if (store_) store_->rollback();  // what was not committed, and every offer
    if (!store_) store_ = data_->open();
    master::CoreSettings settings;
    settings.version = "small";
    core_ = std::make_unique<master::Core>(*store_, random_, *log_, metrics_, settings);
    EXPECT_TRUE(core_->recover(now_));
  }
  void pass(units::Seconds time) {
    now_ = {now_.wall + time, now_.boot + time};
    EXPECT_TRUE(core_->tick(now_));
  }
  void offer(int i, bool heard) {
    Node& node = nodes_[i];
    if (node.lease) return;  // it has one slot
    const auto answer = core_->claim_now({node.id, 1, units::Seconds(0), base::format("claim {}", node.claims)}, now_);
    if (!answer || !heard) return;
    ++node.claims;
    if (answer->offers.empty()) return;
    if (canceled_) wrong("offered after it was canceled");
    node.lease = answer->offers.front().lease;
    node.started = false;
  }
  void start(int i, bool heard) {
    Node& node = nodes_[i];
    if (!node.lease) return;
    const auto answer = core_->start(job_, {node.id, *node.lease}, now_);
    if (answer && canceled_) wrong("started after it was canceled");
    if (answer && node.lease->attempt < last_granted_) wrong("an older attempt was started");
    if (!heard) return;
    if (answer)
      node.started = true;
    else
      node.lease.reset();
  }
  void renew(int i) {
    Node& node = nodes_[i];
    if (!node.lease || !node.started) return;
    const auto answer = core_->heartbeat(node.id, {node.facts.boot_id, {{*node.lease, {}, {}, {}}}}, now_);
    if (!answer || answer->leases.empty()) return;
    const auto word = answer->leases.front().word;
    if (word == wire::LeaseWord::renewed && node.lease->attempt < last_granted_) wrong("an older attempt was renewed");
    if (word == wire::LeaseWord::lost) node.lease.reset();
  }
  void result(int i, jobs::End end, bool heard) {
    Node& node = nodes_[i];
    if (!node.lease || !node.started) return;
    jobs::Report report;
    report.id = job_.text();
    report.kind = "job";
    report.outcome.end = end;
    if (end == jobs::End::failed) {
      report.outcome.failure = jobs::FailureClass::transient;
      report.outcome.error = "it stumbled";
    }
    const auto answer = core_->result({node.id, *node.lease, report}, now_);
    if (answer && answer->output == wire::ResultAnswer::Output::publish) {
      if (canceled_) wrong("published after it was canceled");
      if (end != jobs::End::completed) wrong("a failure is to be published");
      if (node.lease->attempt < last_granted_) wrong("an older attempt is to be published");
      published_.insert(node.lease->attempt);
      if (published_.size() > 1) wrong("two attempts are to be published");
    }
    if (heard) node.lease.reset();
  }

  // The record after a step, against what it was.
  void look() {
    const auto before = seen_;
    const auto record = store_->record(job_);
    if (!record) return wrong("it is gone");
    seen_ = *record;
    const auto& job = seen_.job;
    const int attempts = static_cast<int>(job.attempts.size());
    if (attempts < last_granted_ || attempts > last_granted_ + 1) wrong("attempts are not counted one by one");
    for (int i = 0; i < attempts; ++i)
      if (job.attempts[static_cast<std::size_t>(i)].number != i + 1) wrong("attempts are not numbered one by one");
    if (attempts > last_granted_ && job.state == JobState::queued) wrong("an attempt began and nothing runs");
    last_granted_ = attempts;
    if (job.state == JobState::running && seen_.lease && seen_.lease->attempt != attempts)
      wrong("the lease is another's");
    const bool was_terminal = !before.job.id.text().empty() && jobs::is_terminal(before.job.state);
    if (was_terminal && before.job.state != job.state) wrong("it had ended");
    if (canceled_ && job.state != JobState::canceled && job.state != JobState::canceling) wrong("it was canceled");
    if (job.failures > job.submission.max_attempts) wrong("it failed more often than it may");
  }
  void wrong(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  std::unique_ptr<store_testing::ModelData> data_;
  std::unique_ptr<store_testing::ModelStore> store_;
  os_testing::SeededRandom random_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
  metrics::Registry metrics_;
  std::unique_ptr<master::Core> core_;
  units::Instant now_{*units::parse_rfc3339("2026-01-31T09:00:00Z"), units::BootTime::from_seconds(3600)};
  std::array<Node, 2> nodes_;
  base::Id job_;
  store::JobRecord seen_;
  int last_granted_ = 0;
  bool canceled_ = false;
  std::set<int> published_;
  std::string wrong_;
};

constexpr int depth = 12;

struct Found {
  std::size_t states = 0, tried = 0;
  std::set<std::string> job_states;
  std::string wrong;  // the first, with the way to it
};

// Breadth first, so that the way is the shortest.
Found go_everywhere() {
  Found found;
  std::set<std::string> seen{Play().state()};
  std::vector<std::vector<Step>> frontier{{}};
  for (int length = 1; length <= depth && !frontier.empty(); ++length) {
    std::vector<std::vector<Step>> next;
    for (const auto& path : frontier) {
      for (int step = 0; step < static_cast<int>(Step::count); ++step) {
        Play play;
        for (const auto earlier : path) play.take(earlier);
        const auto wrong = play.take(static_cast<Step>(step));
        ++found.tried;
        if (!wrong.empty()) {
          found.wrong = wrong + " after steps";
          for (const auto earlier : path) found.wrong += base::format(" {}", static_cast<int>(earlier));
          found.wrong += base::format(" {}", step);
          return found;
        }
        const auto state = play.state();
        found.job_states.insert(state.substr(0, state.find(' ')));
        if (!seen.insert(state).second) continue;
        next.push_back(path);
        next.back().push_back(static_cast<Step>(step));
      }
    }
    frontier = std::move(next);
  }
  found.states = seen.size();
  return found;
}

TEST(SmallScope, NoOrderOfTwelveStepsBreaksAPromise) {
  const auto found = go_everywhere();
  EXPECT_EQ(found.wrong, "");
  EXPECT_EQ(found.job_states,
            (std::set<std::string>{"canceled", "canceling", "completed", "failed", "queued", "running"}));
  EXPECT_GT(found.states, 2000u);
  EXPECT_GT(found.tried, 30'000u);
}

TEST(SmallScope, FindsWhatIsPutIntoTheMaster) {
  using base::Mutant;
  for (const auto mutant : {Mutant::earlier_attempt_is_late, Mutant::cancel_loses_to_result,
                            Mutant::canceled_can_complete, Mutant::start_without_offer, Mutant::repeated_start_is_new,
                            Mutant::attempt_number_reused, Mutant::never_gives_up}) {
    base::mutant = mutant;
    EXPECT_NE(go_everywhere().wrong, "") << "mutant " << static_cast<int>(mutant);
  }
  base::mutant = base::Mutant::none;
}

}  // namespace
}  // namespace simulation
