// History: what was asked and answered, what the masters made durable, and what really happened. The rules (rules.h)
// look at nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job.h"
#include "jobs/lease.h"
#include "simulation/world.h"

namespace simulation {

// One question of a client. `unknown`: nobody answered; it may have been carried out, or will be later.
struct Operation {
  enum class Kind { submit, cancel, pause, resume, retry, look } kind = Kind::look;
  enum class Outcome { done, refused, unknown } outcome = Outcome::unknown;
  std::string client;
  std::string name;  // the job's, given by the client: there is one job of a name
  Moment asked = 0;
  std::optional<Moment> answered;
  int status = 0;
  std::optional<jobs::JobState> state;  // of the job, as answered
  std::string wanted{};                 // submit: what the job is to be like (Client::wanted)
  std::optional<base::Id> id{};         // submit: as answered
};
std::string_view name(Operation::Kind kind);

// A job's record as a master made it durable.
struct Saved {
  Moment when = 0;
  std::string master{};
  base::Id job{};
  jobs::JobState state = jobs::JobState::queued;
  int attempts = 0;
  std::optional<jobs::Lease> lease{};
  std::int64_t version = 0;
  std::string actor{}, reason{};
  // Of what an attempt took alone, by a result that changes nothing else.
  bool came_late() const { return reason.ends_with(" took came late"); }
  // Of a restart that would end the job: its lease goes on for the result.
  bool awaits_last_word() const { return reason.ends_with(" may still deliver what it had finished"); }
};

// One ffmpeg, from its start to its end, as nobody but the simulator knows.
struct Ran {
  base::Id job;
  int attempt = 0;
  std::string machine;
  Moment began = 0;
  std::optional<Moment> ended;
  std::optional<Moment> told_to_stop;  // first
  bool unkillable = false;             // goes on for up to ten minutes when it is killed
  double joules = 0;
  std::optional<jobs::End> reported;  // by its own runner
};

struct Posted {  // a result, as it left an agent
  Moment when = 0;
  base::Id job;
  int attempt = 0;
  jobs::End end = jobs::End::completed;
  jobs::FailureClass failure = jobs::FailureClass::none;
  std::string error{};
  double joules = 0;
};
struct Verdict {  // what an agent was answered to it
  Moment asked = 0, when = 0;
  base::Id job;
  int attempt = 0;
  bool accepted = false, publish = false;
};

// A heartbeat or a start with this lease left a node.
struct Beat {
  Moment asked = 0;
  base::Id job;
  int attempt = 0;
};

// What a follower of a master's events heard.
struct Heard {
  // begun: it knows nothing of before; told: of a change; all: there was no more at that moment.
  enum class What { begun, told, all, nonsense } what = What::told;
  Moment when = 0;
  std::string master{};
  std::size_t durable = 0;  // History::saved so far
  base::Id job{};
  jobs::JobState state = jobs::JobState::queued;
  int attempts = 0;
};

struct History {
  std::vector<Operation> operations;
  std::vector<Saved> saved;
  std::vector<Heard> heard;
  std::vector<Ran> ran;
  std::vector<Posted> posted;
  std::vector<Verdict> verdicts;
  std::vector<Beat> beats;
  std::vector<Beat> renewed;  // those whose node was told that its lease is renewed
  // Another result was taken for an attempt that had one.
  std::vector<Beat> contradicted;
  // Each time a final name changed its content: by which attempt it was made.
  struct Published {
    Moment when = 0;
    std::string path;
    base::Id job;
    int attempt = 0;
  };
  std::vector<Published> published;
  std::map<std::string, std::string> contents;  // of final names, as last seen
};

}  // namespace simulation
