// Client: a person or program that submits jobs and does things to them. It repeats a submission that nobody answered,
// with the same key, and notes all that it asks in the history.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "simulation/history.h"
#include "simulation/network.h"

namespace simulation {

class Client {
 public:
  struct Habits {
    int jobs = 20;                  // that it submits in all
    units::Seconds mean_pause{10};  // between two things that it does
    double batch = 0.2;             // the part of submissions that are of several jobs
    double cancels = 0.1, pauses = 0.05, retries = 0.05, looks = 0.3;  // parts of what it does
    double exclusive = 0;                                              // of jobs
    double same_key = 0;  // of submissions: another one comes by the same key later
  };
  Client(World& world, Network& network, History& history, Machine name, std::vector<Machine> masters, Habits habits);
  void begin();
  // Submits no more, does no more to jobs, and wakes up what it had put to sleep; repeats what is unanswered.
  void settle();
  bool is_done() const { return submitted_ >= habits_.jobs && open_submissions_ == 0; }
  bool is_settled() const { return unanswered_ == 0 && to_resume_.empty(); }
  // What a submission asks for, as the history has it (Operation::wanted).
  static std::string wanted(const jobs::Submission& submission);

 private:
  struct Submission;
  void act();
  void submit();
  // Another job by the key of one that was accepted: it must be refused.
  void submit_by_key(const std::string& key);
  void send(std::shared_ptr<Submission> submission);
  void change(Operation::Kind kind, const std::string& name);
  std::string any_name();
  const Machine& master() { return masters_[next_master_ % masters_.size()]; }

  World& world_;
  Network& network_;
  History& history_;
  const Machine name_;
  const std::vector<Machine> masters_;
  Habits habits_;
  const Life life_ = new_life();
  std::size_t next_master_ = 0;
  int submitted_ = 0, open_submissions_ = 0, unanswered_ = 0, keys_ = 0;
  bool settling_ = false;
  std::map<std::string, std::string> ids_;  // of jobs, by name
  std::vector<std::string> names_, to_resume_;
  std::set<std::string> ever_paused_;
};

}  // namespace simulation
