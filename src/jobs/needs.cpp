#include "jobs/needs.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/mutants.h"
#include "base/text.h"
#include "jobs/job.h"
#include "jobs/node.h"
#include "media/encoders.h"

namespace jobs {
namespace {

using base::format;

// Labels are anybody's text; these characters have a meaning in a class.
constexpr std::string_view special = "%;=,|";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (special.find(c) == std::string_view::npos)
      out += c;
    else
      out += format("%{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto digits = text.substr(i + 1, 2);
    const auto at = std::find_if(special.begin(), special.end(), [&](char c) {
      return format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c))) == digits;
    });
    if (at == special.end()) return std::nullopt;
    out += *at;
    i += 2;
  }
  return out;
}

bool works(const NodeFacts& facts, const std::string& encoder) {
  return std::any_of(facts.encoders.begin(), facts.encoders.end(), [&](const media::EncoderState& state) {
    return state.name == encoder && state.works == media::EncoderState::Works::yes;
  });
}

// The device behind an encoder of hardware, by ffmpeg's way of naming them: h264_nvenc, hevc_vaapi, av1_qsv.
std::string device_of(std::string_view encoder) {
  for (const auto& device : slot_devices())
    if (encoder.ends_with("_" + device) && encoder.size() > device.size() + 1) return device;
  return {};
}

base::Result<void> read_term(std::string_view term, Needs& needs) {
  const auto bad = [&] { return base::Error::invalid(format("'{}' is no need of a job", term.substr(0, 64))); };
  if (term == "alone") return needs.alone = Alone::yes, base::Result<void>();
  const auto equals = term.find('=');
  if (equals == std::string_view::npos) return bad();
  const auto key = term.substr(0, equals), value = term.substr(equals + 1);
  if (key == "threads") {
    const auto threads = base::to_int(value);
    if (!threads || *threads < 1 || *threads > 1'000'000) return bad();
    needs.threads = static_cast<int>(*threads);
    return {};
  }
  if (key == "root") {
    needs.roots.emplace_back(value);
    return {};
  }
  if (key == "also") {
    auto& also = needs.also_encoders.emplace_back();
    for (const auto encoder : base::split(value, '|')) also.emplace_back(encoder);
    return {};
  }
  if (key == "not-on") {
    for (const auto text : base::split(value, ',')) {
      FFWATT_TRY(const auto id, base::Id::parse(text));
      needs.not_on.push_back(id);
    }
    return {};
  }
  if (!key.starts_with(node_label)) return bad();
  const auto name = unescaped(key.substr(node_label.size()));
  const auto text = unescaped(value);
  if (!name || !text) return bad();
  needs.labels[*name] = *text;
  return {};
}

std::string lacks_encoder(const NodeFacts& facts, const std::vector<std::string>& any) {
  if (any.empty()) return "an encoder that nobody has";
  const bool encodes = std::any_of(any.begin(), any.end(), [&](const auto& wanted) { return works(facts, wanted); });
  return encodes ? std::string() : base::join(any, " or ");
}

}  // namespace

Needs needs(const Job& job) {
  const auto& spec = job.submission.spec;
  Needs wanted;
  std::set<std::vector<std::string>> all;
  for (const auto& rendition : media::renditions(spec)) all.insert(media::encoders_for(rendition));
  wanted.any_encoder = *all.begin();
  wanted.also_encoders.assign(std::next(all.begin()), all.end());
  wanted.threads = spec.threads.value_or(0);
  wanted.roots = media::roots_of(spec);
  wanted.alone = FFWATT_MUTANT(alone_ignored) ? Alone::no : job.submission.alone;
  for (const auto& [name, text] : job.submission.labels)
    if (name.starts_with(node_label)) wanted.labels[name.substr(node_label.size())] = text;
  for (const auto& attempt : job.attempts)
    if (attempt.failure == FailureClass::node) wanted.not_on.push_back(attempt.node);
  std::sort(wanted.not_on.begin(), wanted.not_on.end());
  wanted.not_on.erase(std::unique(wanted.not_on.begin(), wanted.not_on.end()), wanted.not_on.end());
  return wanted;
}

std::string class_of(const Needs& needs) {
  std::string text = base::join(needs.any_encoder, "|");
  for (const auto& also : needs.also_encoders) text += ";also=" + base::join(also, "|");
  if (needs.threads > 0) text += format(";threads={}", needs.threads);
  for (const auto& [name, value] : needs.labels) text += format(";{}{}={}", node_label, escaped(name), escaped(value));
  for (const auto& root : needs.roots) text += ";root=" + root;
  for (std::size_t i = 0; i < needs.not_on.size(); ++i) text += (i == 0 ? ";not-on=" : ",") + needs.not_on[i].text();
  if (needs.alone == Alone::yes) text += ";alone";
  return text;
}

bool wants_to_be_alone(std::string_view job_class) { return job_class.ends_with(";alone"); }

base::Result<Needs> parse_class(std::string_view text) {
  Needs needs;
  const auto terms = base::split(text, ';');
  for (const auto encoder : base::split(terms.front(), '|'))
    if (!encoder.empty()) needs.any_encoder.emplace_back(encoder);
  for (std::size_t i = 1; i < terms.size(); ++i) FFWATT_CHECK(read_term(terms[i], needs));
  return needs;
}

std::string lacks(const NodeFacts& facts, const Needs& needs) {
  if (auto lacking = lacks_encoder(facts, needs.any_encoder); !lacking.empty()) return lacking;
  for (const auto& also : needs.also_encoders)
    if (auto lacking = lacks_encoder(facts, also); !lacking.empty()) return lacking;
  // 0: the node did not tell.
  if (needs.threads > 0 && facts.threads > 0 && facts.threads < needs.threads)
    return format("{} threads", needs.threads);
  for (const auto& [name, text] : needs.labels) {
    const auto label = facts.labels.find(name);
    if (label == facts.labels.end() || label->second != text) return format("a node with the label {}={}", name, text);
  }
  for (const auto& root : needs.roots)
    if (std::find(facts.roots.begin(), facts.roots.end(), root) == facts.roots.end())
      return format("a node with the root {} (agent --root {}=FOLDER)", root, root);
  return {};
}

bool can_run(base::Id node, const NodeFacts& facts, const Needs& needs) {
  return !std::binary_search(needs.not_on.begin(), needs.not_on.end(), node) && lacks(facts, needs).empty();
}

const std::vector<std::string>& slot_devices() {
  static const std::vector<std::string> devices{"nvenc", "vaapi", "qsv"};
  return devices;
}

std::string slot_kind(const NodeFacts& facts, const Needs& needs) {
  for (const auto& encoder : needs.any_encoder) {
    if (!works(facts, encoder)) continue;
    auto device = device_of(encoder);
    return facts.device_slots.count(device) != 0 ? device : std::string();
  }
  return {};
}

int slots_of(const NodeFacts& facts, const std::string& kind) {
  const auto device = facts.device_slots.find(kind);
  return device == facts.device_slots.end() ? facts.slots : device->second;
}

}  // namespace jobs
