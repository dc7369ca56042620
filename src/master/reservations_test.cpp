#include "master/reservations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace master {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Candidate = Reservations::Candidate;

units::BootTime after_boot(double seconds) { return units::BootTime::from_seconds(seconds); }
const base::Id a = base::Id::make(1, 1, 1), b = base::Id::make(2, 2, 2);

TEST(Reservations, BeginAfterAMinuteOfWaiting) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x"}, after_boot(0));
  EXPECT_THAT(reservations.overdue(after_boot(59)), IsEmpty());
  EXPECT_THAT(reservations.overdue(after_boot(60)), ElementsAre("x"));
  reservations.waiting(std::vector<std::string>{}, after_boot(61));
  reservations.waiting(std::vector<std::string>{"x"}, after_boot(62));
  EXPECT_THAT(reservations.overdue(after_boot(100)), IsEmpty()) << "it begins anew when nothing waited";
}

TEST(Reservations, TakeTheNodeWithTheLeastToDoThatIsFree) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x", "y", "z"}, after_boot(0));
  const std::vector<Candidate> both{{a, 3}, {b, 1}};
  reservations.reserve("x", both);
  EXPECT_EQ(reservations.held_for(b), "x");
  reservations.reserve("y", both);
  EXPECT_EQ(reservations.held_for(a), "y");
  reservations.reserve("z", both);
  EXPECT_THAT(reservations.overdue(after_boot(60)), ElementsAre("z")) << "none is left";
  EXPECT_THAT(reservations.kept(), ElementsAre(b, a));
}

TEST(Reservations, EndWithTheNodeAndWithTheJob) {
  Reservations reservations;
  reservations.waiting(std::vector<std::string>{"x"}, after_boot(0));
  reservations.reserve("x", std::vector<Candidate>{{a, 0}});
  reservations.release(a);
  EXPECT_EQ(reservations.held_for(a), std::nullopt);
  EXPECT_THAT(reservations.overdue(after_boot(60)), ElementsAre("x"));
  reservations.reserve("x", std::vector<Candidate>{{a, 0}});
  reservations.served("x");
  EXPECT_EQ(reservations.held_for(a), std::nullopt);
}

}  // namespace
}  // namespace master
