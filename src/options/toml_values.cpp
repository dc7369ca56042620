#include "options/toml_values.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "options/check.h"

namespace options {
namespace {

using base::format;

// One file against the known keys; collects all its faults, so that a file is mended in one go.
class Walk {
 public:
  Walk(const Shape& shape, const std::vector<std::string>& known_keys, std::string file,
       std::map<std::string, FileValue>& found)
      : shape_(shape), file_(std::move(file)), found_(found), keys_(known_keys) {
    for (const auto& option : shape.options)
      if (!option.key.empty() && std::find(keys_.begin(), keys_.end(), option.key) == keys_.end())
        keys_.push_back(option.key);
  }

  void table(const json::Value& table, const std::string& prefix) {
    for (const auto& [name, value] : table.members()) {
      const auto key = prefix.empty() ? name : prefix + "." + name;
      if (const auto* option = option_of(key)) {
        take(*option, value);
      } else if (is_table_of_keys(key)) {
        if (value.is_object()) {
          this->table(value, key);
        } else {
          fault(value, format("'{}' is a table: write [{}] above its keys", key, key));
        }
      } else if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) {
        fault(value, format("unknown key '{}'.{}", key, base::did_you_mean(key, keys_)));
      }
    }
  }

  const std::vector<std::string>& faults() const { return faults_; }

 private:
  const Option* option_of(std::string_view key) const {
    for (const auto& option : shape_.options)
      if (!option.key.empty() && option.key == key) return &option;
    return nullptr;
  }

  bool is_table_of_keys(const std::string& key) const {
    return std::any_of(keys_.begin(), keys_.end(), [&](const auto& known) { return known.starts_with(key + "."); });
  }

  void take(const Option& option, const json::Value& value) {
    auto items = items_of(option, value);
    if (items) items = checked(option, *std::move(items));
    if (!items) return fault(value, format("{}: {}", option.key, items.error().text()));
    found_[option.flag] = {*std::move(items), where(value)};
  }

  std::string where(const json::Value& value) const {
    return format("{}:{}:{}", file_, value.position().line, value.position().column);
  }
  void fault(const json::Value& value, std::string_view what) {
    faults_.push_back(format("{}: {}", where(value), what));
  }

  const Shape& shape_;
  std::string file_;
  std::map<std::string, FileValue>& found_;
  std::vector<std::string> keys_, faults_;
};

}  // namespace

base::Result<std::map<std::string, FileValue>> read_toml_values(const Shape& shape, const std::vector<os::Path>& paths,
                                                                const std::optional<os::Path>& named,
                                                                const std::vector<std::string>& known_keys,
                                                                const os::Files& files) {
  std::map<std::string, FileValue> found;
  std::vector<os::Path> present;
  if (named) {
    present.push_back(*named);
  } else {
    // A path that cannot even be looked at is no configuration of this user: HOME=/dev/null, or somebody else's folder.
    for (const auto& path : paths)
      if (files.exists(path)) present.push_back(path);
  }
  for (const auto& path : present) {
    const auto text = files.read(path, json::Limits{}.bytes);
    if (!text) return text.error().in("configuration file");
    FFWATT_TRY(const auto root, json::parse_toml(*text, path.string()));
    Walk walk(shape, known_keys, path.string(), found);
    walk.table(root, {});
    if (!walk.faults().empty()) return base::Error::invalid(base::join(walk.faults(), "\n"));
  }
  return found;
}

}  // namespace options
