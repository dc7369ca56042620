// A configuration file and a command line from anybody. The text is a tree of MemoryFiles: /c.toml is the file, each
// line of /words is a word, each line of /environment a variable.
#include "base/text.h"
#include "options/options.h"
#include "os_testing/fuzz_target.h"
#include "os_testing/memory_files.h"

namespace os_testing {
namespace {

using Type = options::Option::Type;

options::Shape shape() {
  options::Shape shape{.program = "ffwatt try", .description = "Takes one of everything."};
  const std::vector<std::pair<std::string, Type>> all{
      {"text", Type::text},         {"integer", Type::integer}, {"number", Type::number}, {"duration", Type::duration},
      {"bitrate", Type::bitrate},   {"bytes", Type::bytes},     {"ratio", Type::ratio},   {"path", Type::path},
      {"size", Type::picture_size}, {"toggle", Type::toggle},   {"list", Type::list},     {"choice", Type::text}};
  for (const auto& [flag, type] : all)
    shape.options.push_back({.flag = flag, .key = "try." + flag, .variable = "TRY_" + flag, .type = type});
  shape.options.back().choices = {"auto", "always"};
  shape.options.push_back({.flag = "config", .type = Type::path});
  shape.arguments = {{.name = "FILE", .help = "A file.", .count = options::Shape::Argument::Count::many}};
  return shape;
}

std::vector<std::string> lines(const MemoryFiles& files, const os::Path& path) {
  std::vector<std::string> out;
  const auto text = files.read(path);
  if (!text) return out;
  for (const auto line : base::split(*text, '\n'))
    if (!line.empty()) out.emplace_back(line);
  return out;
}

// Whatever was taken is what the typed getters take for granted.
void use(const options::Shape& shape, const options::Values& values) {
  for (const auto& option : shape.options) {
    if (!values.has(option.flag)) continue;
    (void)values.where(option.flag), (void)values.text(option.flag), (void)values.list(option.flag);
    switch (option.type) {
      case Type::integer:
        (void)values.integer(option.flag);
        break;
      case Type::number:
        (void)values.number(option.flag);
        break;
      case Type::duration:
        (void)values.duration(option.flag);
        break;
      case Type::bitrate:
        (void)values.bitrate(option.flag);
        break;
      case Type::bytes:
        (void)values.bytes(option.flag);
        break;
      case Type::ratio:
        (void)values.ratio(option.flag);
        break;
      case Type::picture_size:
        (void)values.picture_size(option.flag);
        break;
      case Type::toggle:
        (void)values.toggle(option.flag);
        break;
      default:
        break;
    }
  }
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {
      "@/c.toml\n[try]\ntext = \"a b\"\ninteger = 42\nduration = \"1m30s\"\nsize = \"1920x1080\"\nlist = [\"a\"]\n"
      "@/words\n--bitrate=5M\n--no-toggle\n--choice\nauto\nfile\n@/environment\nTRY_bytes=16KiB\nTRY_ratio=2%\n",
      "@/c.toml\n[try]\nintteger = 1.5\n[other]\nx = 1\n", "@/words\n--config=/c.toml\n--help\n--\n-x\n",
      "@/c.toml\ntry = 3\n@/environment\nTRY_number=nan\nTRY_toggle=maybe\n"};
}

void fuzz_one(std::string_view text) {
  const MemoryFiles files(text);
  options::Inputs inputs{.words = lines(files, "/words"), .files = {"/c.toml"}};
  for (const auto& line : lines(files, "/environment"))
    inputs.environment.emplace_back(line.substr(0, line.find('=')),
                                    line.substr(std::min(line.size(), line.find('=') + 1)));
  const auto table = shape();
  const auto parsed = options::parse(table, inputs, files);
  if (!parsed) return promise(!parsed.error().text().empty(), "an error without words");
  if (!parsed->help) use(table, parsed->values);
}

}  // namespace os_testing
