#include "quality/alignment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/format.h"

namespace quality {
namespace {

using base::Error;

// Frames that are looked at, spread evenly over the shorter film. Times 600 shifts (10 s at 30 fps either way) that are
// 150 million differences: some tenths of a second.
constexpr std::int64_t kSamples = 240;
constexpr std::size_t kParts = 3;  // beginning, middle, end

// 0 stays unless another shift takes a fifth of the difference away, and more than rounding can be.
constexpr double kClearlyBetter = 0.8, kRounding = 0.02;
// The shift of a part is another one than that of the whole where it takes two fifths of the part's difference away.
constexpr double kOtherShift = 0.6, kOtherShiftAtLeast = 0.1;

double difference(const char* a, const char* b) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < thumbnail_bytes; ++i) {
    const int d = static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
    sum += d * d;
  }
  return static_cast<double>(sum) / static_cast<double>(thumbnail_bytes);
}

struct Trial {
  std::int64_t shift = 0;
  std::array<double, kParts> sums{};
  std::array<int, kParts> pairs{};
  double of_part(std::size_t part) const {
    return pairs[part] > 0 ? sums[part] / pairs[part] : std::numeric_limits<double>::infinity();
  }
  int all_pairs() const { return pairs[0] + pairs[1] + pairs[2]; }
  double whole() const { return (sums[0] + sums[1] + sums[2]) / all_pairs(); }
};

class Search {
 public:
  // `few` is the film with fewer frames: its frame i is held against frame i + shift of the other.
  Search(const Thumbnails& few, const Thumbnails& many) : few_(few), many_(many) {
    samples_ = std::min(kSamples, few.count());
  }

  Trial trial(std::int64_t shift) const {
    Trial out{.shift = shift};
    for (std::int64_t i = 0; i < samples_; ++i) {
      const auto frame = frame_of(i);
      const auto other = frame + shift;
      if (other < 0 || other >= many_.count()) continue;
      const auto part = static_cast<std::size_t>(i) * kParts / static_cast<std::size_t>(samples_);
      out.sums[part] += difference(few_.bytes.data() + frame * std::int64_t{thumbnail_bytes},
                                   many_.bytes.data() + other * std::int64_t{thumbnail_bytes});
      ++out.pairs[part];
    }
    return out;
  }

  // Those that leave at least half of the samples a partner; 0 is always one.
  std::vector<Trial> trials(std::int64_t most_shift) const {
    std::vector<Trial> out;
    for (auto shift = std::max(-most_shift, -few_.count()); shift <= std::min(most_shift, many_.count()); ++shift)
      if (auto one = trial(shift); 2 * one.all_pairs() >= samples_) out.push_back(one);
    return out;
  }

  std::int64_t frame_of(std::int64_t sample) const { return sample * few_.count() / samples_; }

  // The first sample from which on another shift fits better, of the frames of `few`.
  std::int64_t change(std::int64_t from, std::int64_t to) const {
    std::int64_t best = 0;
    double sum = 0, lowest = 0;
    for (std::int64_t i = 0; i < samples_; ++i) {
      const auto frame = frame_of(i);
      const auto a = frame + from, b = frame + to;
      if (std::min(a, b) < 0 || std::max(a, b) >= many_.count()) continue;
      const auto* own = few_.bytes.data() + frame * std::int64_t{thumbnail_bytes};
      sum += difference(own, many_.bytes.data() + a * std::int64_t{thumbnail_bytes}) -
             difference(own, many_.bytes.data() + b * std::int64_t{thumbnail_bytes});
      if (sum < lowest) lowest = sum, best = frame;
    }
    return best;
  }

 private:
  const Thumbnails& few_;
  const Thumbnails& many_;
  std::int64_t samples_;
};

Trial best_of_part(const std::vector<Trial>& trials, std::size_t part) {
  return *std::min_element(trials.begin(), trials.end(),
                           [part](const Trial& a, const Trial& b) { return a.of_part(part) < b.of_part(part); });
}

bool other_shift(const Trial& whole, const Trial& own, std::size_t part) {
  if (own.shift == whole.shift || whole.pairs[part] == 0) return false;
  return own.of_part(part) < kOtherShift * whole.of_part(part) - kOtherShiftAtLeast;
}

}  // namespace

base::Result<Alignment> align(const Thumbnails& reference, const Thumbnails& distorted, std::int64_t most_shift) {
  if (reference.count() == 0) return Error::invalid("the reference has no frame that ffmpeg decodes");
  if (distorted.count() == 0) return Error::invalid("the distorted film has no frame that ffmpeg decodes");
  const bool distorted_is_shorter = distorted.count() <= reference.count();
  const Search search(distorted_is_shorter ? distorted : reference, distorted_is_shorter ? reference : distorted);
  const auto trials = search.trials(most_shift);
  const auto unshifted = *std::find_if(trials.begin(), trials.end(), [](const Trial& one) { return one.shift == 0; });

  auto best = *std::min_element(trials.begin(), trials.end(),
                                [](const Trial& a, const Trial& b) { return a.whole() < b.whole(); });
  if (best.whole() >= kClearlyBetter * unshifted.whole() - kRounding) best = unshifted;

  const auto head = best_of_part(trials, 0), tail = best_of_part(trials, kParts - 1);
  if (head.shift != tail.shift && (other_shift(best, head, 0) || other_shift(best, tail, kParts - 1))) {
    const auto lost = distorted_is_shorter ? tail.shift - head.shift : head.shift - tail.shift;
    const auto frame = search.change(head.shift, tail.shift);
    return Error::invalid(base::format(
        "the distorted film {} {} frame{} of the reference near its frame {}, so later frames have other partners; "
        "encode with -fps_mode passthrough, or compare the parts before and after it one by one",
        lost > 0 ? "lacks" : "repeats", std::abs(lost), std::abs(lost) == 1 ? "" : "s",
        distorted_is_shorter ? frame + head.shift : frame));
  }

  Alignment out{.offset = distorted_is_shorter ? best.shift : -best.shift, .difference = best.whole()};
  double sum = 0, nearest_other = std::numeric_limits<double>::infinity();
  for (const auto& one : trials) {
    sum += one.whole();
    if (one.shift != best.shift) nearest_other = std::min(nearest_other, one.whole());
  }
  out.usual = sum / static_cast<double>(trials.size());
  if (kClearlyBetter * nearest_other - kRounding <= best.whole()) out.sure = Alignment::Sure::still;
  return out;
}

}  // namespace quality
