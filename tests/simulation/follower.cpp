#include "simulation/follower.h"

#include "json/json.h"
#include "net/event_stream.h"

namespace simulation {

std::uint64_t Follower::draw() {  // xorshift64, Marsaglia 2003
  dice_ ^= dice_ << 13;
  dice_ ^= dice_ >> 7;
  dice_ ^= dice_ << 17;
  return dice_;
}

void Follower::look(const master::Core& core, Moment now) {
  if (busy_-- > 0) return;
  const auto chance = draw() % 32;
  busy_ = static_cast<int>(chance == 0 ? draw() % 200 : draw() % 6);
  if (chance == 1) feed_.reset();  // its connection broke
  read(core, now);
}

void Follower::read_all(const master::Core& core, Moment now) { read(core, now); }

void Follower::read(const master::Core& core, Moment now) {
  if (!feed_) feed_.emplace(master::EventFeed::Asked{.last_event_id = last_id_});
  const auto note = [&](Heard::What what, Heard heard = {}) {
    heard.what = what;
    heard.when = now;
    heard.master = master_;
    heard.durable = history_.saved.size();
    history_.heard.push_back(std::move(heard));
  };
  while (true) {
    const auto frame = feed_->take(core.events(), core.board());
    if (frame.empty()) break;
    net::EventReader reader;
    const bool read = reader.feed(frame, [&](const net::EventReader::Event& event) {
      const auto data = json::parse(event.data);
      if (event.name == "reset" || (event.name == "ready" && last_id_.empty())) note(Heard::What::begun);
      if (event.name == "job") {
        const auto job = data ? wire::decode_job_event(*data) : base::Error::invalid("no JSON");
        if (!job) return note(Heard::What::nonsense), true;
        note(Heard::What::told, {.job = job->id, .state = job->state, .attempts = job->attempts});
      }
      if (!event.id.empty()) last_id_ = event.id;
      return true;
    });
    if (!read) note(Heard::What::nonsense);
  }
  note(Heard::What::all);
}

}  // namespace simulation
