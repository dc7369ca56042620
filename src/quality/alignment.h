// Which frame of one film shows what frame 0 of the other shows. An encoder that drops its first frame, and a recording
// that begins late, shift everything by a frame or by seconds; scores of neighbours instead of partners mean nothing.
// Found by small grey pictures of every frame. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace quality {

constexpr int thumbnail_side = 32;  // 1 KiB a frame; enough to tell neighbours of slow pictures apart
constexpr std::size_t thumbnail_bytes = thumbnail_side * thumbnail_side;

// Of every frame in order, 8-bit grey, as `scale=32:32,format=gray` makes them.
struct Thumbnails {
  std::string bytes;
  std::int64_t count() const { return static_cast<std::int64_t>(bytes.size() / thumbnail_bytes); }
};

struct Alignment {
  std::int64_t offset = 0;  // the distorted film's frame 0 shows the reference's frame `offset`
  // still: another shift would do as well, since the pictures do not move; it is 0 then.
  enum class Sure { yes, still } sure = Sure::yes;
  double difference = 0;  // mean square difference of partners, of 255²
  double usual = 0;       // the same of frames that are no partners: what unlike pictures of these films differ by
};

// Shifts of up to `most_shift` frames either way are tried; 0 wins unless another is clearly better. invalid: one film
// is empty, or the best shift of its beginning is not that of its end (frames are missing or doubled in between:
// "where" is said in frames of the reference).
base::Result<Alignment> align(const Thumbnails& reference, const Thumbnails& distorted, std::int64_t most_shift);

}  // namespace quality
