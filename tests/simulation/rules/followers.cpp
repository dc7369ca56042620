#include <map>

#include "base/format.h"
#include "simulation/rules.h"

namespace simulation {
namespace {

std::string text(const Heard& heard) {
  return base::format("{} {} after {} attempts", heard.job.text(), jobs::name(heard.state), heard.attempts);
}

}  // namespace

// A master tells what it makes durable itself. What others do is told by them, and that there is something.
void events(const Evidence& evidence, Findings& findings) {
  const auto& saved = evidence.history.saved;
  std::map<Machine, std::size_t> places;  // of each master's follower: what it has been told up to
  const auto next_of = [&](const Machine& master, std::size_t from) {
    while (from < saved.size() && saved[from].master != master) ++from;
    return from;
  };
  for (const auto& heard : evidence.history.heard) {
    auto& place = places[heard.master];
    switch (heard.what) {
      case Heard::What::begun:
        place = heard.durable;
        break;
      case Heard::What::nonsense:
        findings.push_back(base::format("{} told at {:.3f} s what cannot be read", heard.master, seconds(heard.when)));
        break;
      case Heard::What::told: {
        place = next_of(heard.master, place);
        const bool is_next = place < heard.durable && saved[place].job == heard.job &&
                             saved[place].state == heard.state && saved[place].attempts == heard.attempts;
        if (!is_next) {
          findings.push_back(base::format(
              "{} told at {:.3f} s that {}, but next was {}", heard.master, seconds(heard.when), text(heard),
              place < heard.durable ? base::format("{} {} after {} attempts", saved[place].job.text(),
                                                   jobs::name(saved[place].state), saved[place].attempts)
                                    : std::string("nothing")));
          return;  // from here on everything would be out of step
        }
        ++place;
        break;
      }
      case Heard::What::all:
        place = next_of(heard.master, place);
        if (place < heard.durable) {
          findings.push_back(base::format("{} did not tell its follower by {:.3f} s that {} became {} at {:.3f} s",
                                          heard.master, seconds(heard.when), saved[place].job.text(),
                                          jobs::name(saved[place].state), seconds(saved[place].when)));
          return;
        }
        break;
    }
  }
}

}  // namespace simulation
