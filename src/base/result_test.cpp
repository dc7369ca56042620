#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace base {
namespace {

Result<int> half(int n) {
  if (n % 2) return Error::invalid("odd");
  return n / 2;
}
Result<int> quarter(int n) {
  FFWATT_TRY(const int once, half(n));
  FFWATT_TRY(const int twice, half(once));
  return twice;
}

TEST(Result, TryPassesTheValueOrReturnsTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().text(), "odd");
  EXPECT_EQ(quarter(6).error().kind(), ErrorKind::invalid);
}

TEST(Result, ContextIsAddedInFrontAndTheKindStays) {
  const auto result = quarter(3).in("halving");
  EXPECT_EQ(result.error().text(), "halving: odd");
  EXPECT_EQ(result.error().kind(), ErrorKind::invalid);
}

TEST(Result, ErrnoBecomesWhatTheCallerShouldDo) {
  EXPECT_EQ(Error::from_errno(EACCES, "x").kind(), ErrorKind::denied);
  EXPECT_EQ(Error::from_errno(ENOENT, "x").kind(), ErrorKind::absent);
  EXPECT_EQ(Error::from_errno(EAGAIN, "x").kind(), ErrorKind::retry);
  EXPECT_EQ(Error::from_errno(EIO, "x").kind(), ErrorKind::failed);
}

}  // namespace
}  // namespace base
