// NumberSet: job numbers, which are dense and only grow: one bit each, in pages of 4096 that go when they are empty. A
// million queued jobs take 125 KB. Inside of `store`.
#pragma once

#include <array>
#include <cstdint>
#include <map>

namespace store::sqlite {

class NumberSet {
 public:
  bool contains(std::int64_t number) const {
    const auto page = pages_.find(number / page_size);
    return page != pages_.end() && (page->second.bits[word(number)] & bit(number)) != 0;
  }
  void insert(std::int64_t number) {
    auto& page = pages_[number / page_size];
    auto& bits = page.bits[word(number)];
    if ((bits & bit(number)) == 0) ++page.count;
    bits |= bit(number);
  }
  // Whether it was there.
  bool erase(std::int64_t number) {
    const auto page = pages_.find(number / page_size);
    if (page == pages_.end() || (page->second.bits[word(number)] & bit(number)) == 0) return false;
    page->second.bits[word(number)] &= ~bit(number);
    if (--page->second.count == 0) pages_.erase(page);
    return true;
  }
  void clear() { pages_.clear(); }
  bool empty() const { return pages_.empty(); }

 private:
  static constexpr std::int64_t page_size = 4096;
  struct Page {
    std::array<std::uint64_t, page_size / 64> bits{};
    int count = 0;
  };
  static std::size_t word(std::int64_t number) { return static_cast<std::size_t>(number % page_size / 64); }
  static std::uint64_t bit(std::int64_t number) { return std::uint64_t{1} << (number % 64); }
  std::map<std::int64_t, Page> pages_;
};

}  // namespace store::sqlite
