#include "base/id.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Id, TextIsReadBackAsTheSameId) {
  const Id id = Id::make(1'700'000'000'000, 0x123, 0x456789abcdef);
  EXPECT_EQ(*Id::parse(id.text()), id);
  EXPECT_EQ(id.text()[14], '7') << "version nibble of a UUIDv7";
}

TEST(Id, LaterIdsSortAfterEarlierOnes) { EXPECT_LT(Id::make(1000, ~0ull, ~0ull), Id::make(1001, 0, 0)); }

TEST(Id, AnythingButTheCanonicalFormIsRefused) {
  for (const char* bad : {"", "1", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805g",
                          "01890a5d-ac96-774b-bcce-b302099a80577"})
    EXPECT_FALSE(Id::parse(bad)) << bad;
}

TEST(Id, ShortIdsUseOnlyCharactersThatAreHardToMisread) {
  for (std::uint64_t n : {0ull, 0x3fffffffull, 0x12345678ull}) {
    const std::string id = short_id(n);
    EXPECT_EQ(id.size(), 6u);
    EXPECT_EQ(id.find_first_of("ilou"), std::string::npos);
  }
}

}  // namespace
}  // namespace base
