// What every store promises of what opens a farm.
#include "store/conformance/store_fixture.h"

namespace store::conformance {
namespace {

using base::ErrorKind;
using testing::ElementsAre;

TEST_P(StoreTest, KeepsTokensUntilTheyAreRemoved) {
  const jobs::AccessToken plain{"aaaaaaaa", jobs::Scope::submit, "for Ana's \"script\"", std::string(64, 'f'), at(0)};
  jobs::AccessToken of_node{"bbbbbbbb", jobs::Scope::worker, "n1", std::string(64, '0'), at(1)};
  of_node.node = base::Id::make(1, 2, 3);
  of_node.expires = at(3600);
  committed([&] {
    ASSERT_TRUE(store().put_token(of_node));
    ASSERT_TRUE(store().put_token(plain));
    auto twin = plain;
    twin.name = "another";
    EXPECT_EQ(store().put_token(twin).error().kind(), ErrorKind::invalid);
    EXPECT_TRUE(store().heard(base::Id::make(9, 9, 9), now()).error().kind() == ErrorKind::absent)
        << "the transaction goes on";
  });
  reopen();
  EXPECT_THAT(*store().tokens(), ElementsAre(plain, of_node));
  ASSERT_TRUE(store().begin());
  ASSERT_TRUE(store().remove_token(plain.id));
  store().rollback();
  EXPECT_EQ(store().tokens()->size(), 2u);
  committed([&] { EXPECT_TRUE(store().remove_token(plain.id)); });
  EXPECT_THAT(*store().tokens(), ElementsAre(of_node));
  EXPECT_EQ(store().remove_token(plain.id).error().kind(), ErrorKind::absent);
}

}  // namespace
}  // namespace store::conformance
