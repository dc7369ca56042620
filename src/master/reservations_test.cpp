#include "master/reservations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace master {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Candidate = Reservations::Candidate;

units::BootTime at(double seconds) { return units::BootTime::from_seconds(seconds); }
const base::Id a = base::Id::make(1, 1, 1), b = base::Id::make(2, 2, 2);

TEST(Reservations, BeginAfterAMinuteOfWaiting) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x"}, at(0));
  EXPECT_THAT(reservations.overdue(at(59)), IsEmpty());
  EXPECT_THAT(reservations.overdue(at(60)), ElementsAre("x"));
  reservations.waiting(std::vector<std::string>{}, at(61));
  reservations.waiting(std::vector<std::string>{"x"}, at(62));
  EXPECT_THAT(reservations.overdue(at(100)), IsEmpty()) << "it begins anew when nothing waited";
}

TEST(Reservations, TakeTheNodeWithTheLeastToDoThatIsFree) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x", "y", "z"}, at(0));
  const std::vector<Candidate> both{{a, 3}, {b, 1}};
  reservations.reserve("x", both);
  EXPECT_EQ(reservations.held_for(b), "x");
  reservations.reserve("y", both);
  EXPECT_EQ(reservations.held_for(a), "y");
  reservations.reserve("z", both);
  EXPECT_THAT(reservations.overdue(at(60)), ElementsAre("z")) << "none is left";
  EXPECT_THAT(reservations.kept(), ElementsAre(b, a));
}

TEST(Reservations, EndWithTheNodeAndWithTheJob) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x"}, at(0));
  reservations.reserve("x", std::vector<Candidate>{{a, 0}});
  reservations.release(a);
  EXPECT_EQ(reservations.held_for(a), std::nullopt);
  EXPECT_THAT(reservations.overdue(at(60)), ElementsAre("x"));
  reservations.reserve("x", std::vector<Candidate>{{a, 0}});
  reservations.served("x");
  EXPECT_EQ(reservations.held_for(a), std::nullopt);
}

}  // namespace
}  // namespace master
