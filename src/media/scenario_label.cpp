#include "media/scenario_label.h"

#include "base/format.h"
#include "base/text.h"
#include "media/encoder_table.h"
#include "media/scenario.h"
#include "units/format.h"

namespace media {
namespace {

using base::format;

std::vector<std::string> changes(const TranscodeSpec& spec, const TranscodeSpec& usual) {
  std::vector<std::string> out;
  const bool other_codec = spec.codec != usual.codec;
  if (other_codec) out.emplace_back(name(spec.codec));
  if (spec.size && spec.size != usual.size) out.push_back(format("{}x{}", spec.size->width, spec.size->height));
  if (spec.rate && spec.rate != usual.rate) out.push_back(units::text(*spec.rate));
  if (spec.bitrate && spec.bitrate != usual.bitrate) out.push_back(units::text(*spec.bitrate));
  if (spec.crf && (other_codec || spec.crf != usual.crf)) out.push_back(format("crf {}", *spec.crf));
  // Another codec brings its own usual preset with it, which nobody asked for.
  const auto expected = other_codec ? usual_preset(spec.codec, spec.encoder) : usual.preset;
  if (!spec.preset.empty() && spec.preset != expected) out.push_back("preset " + spec.preset);
  return out;
}

}  // namespace

std::string scenario_label(const TranscodeSpec& spec) {
  if (spec.scenario.empty()) return std::string(name(spec.codec));
  static const Scenarios known = Scenarios::built_in();
  const auto scenario = known.find(spec.scenario);
  if (!scenario) return spec.scenario;
  const auto changed = changes(spec, scenario->defaults);
  return changed.empty() ? spec.scenario : spec.scenario + " with " + base::join(changed, ", ");
}

}  // namespace media
