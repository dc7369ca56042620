#include "master/readers.h"

#include "master/answers.h"

namespace master {
namespace {

// A list takes a millisecond or two; whoever would wait for so many others is better told to come again.
constexpr std::size_t most_waiting = 512;

}  // namespace

base::Result<std::unique_ptr<Readers>> Readers::open(store::Store& store, int threads) {
  auto readers = std::make_unique<Readers>();
  for (int i = 0; i < threads; ++i) {
    FFWATT_TRY(auto reader, store.open_reader());
    readers->all_.push_back({std::move(reader), std::make_unique<Worker>(most_waiting)});
  }
  return readers;
}

void Readers::ask(Question question, net::Responder responder) {
  // The one whose turn it is, else whichever has room.
  const auto first = next_.fetch_add(1);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    auto& one = all_[(first + i) % all_.size()];
    auto task = [reader = one.reader.get(), question, responder] { responder.send(question(*reader)); };
    if (one.worker->add(std::move(task)) == Worker::Taken::yes) return;
  }
  responder.send(problem_for(base::Error::retry("many others read at this moment; ask again in a second")));
}

}  // namespace master
