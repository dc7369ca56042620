#include "wire/fields.h"

#include "base/format.h"

namespace wire {

void set_text(json::Value& into, std::string_view key, const std::string& text) {
  if (!text.empty()) into.set(key, text);
}

void set_time(json::Value& into, std::string_view key, const std::optional<units::WallTime>& time) {
  if (time) into.set(key, units::rfc3339(*time));
}

void set_texts(json::Value& into, std::string_view key, const std::map<std::string, std::string>& texts) {
  auto object = json::Value::object();
  for (const auto& [name, text] : texts) object.set(name, text);
  into.set(key, std::move(object));
}

json::Value array_of(const std::vector<std::string>& texts) {
  return array_of(texts, [](const std::string& text) { return json::Value(text); });
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    // C1 is C2 80 to C2 9F in UTF-8; a C2 is never the second byte of a character.
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

void require(json::Reader& reader, std::string_view key, std::string_view what) {
  if (reader.value().is_object() && reader.value().at(key).is_null())
    reader.fault(key, base::format("is required: give {}", what));
}

base::Id read_id(json::Reader& reader, std::string_view key) {
  require(reader, key, "an id such as 01890a5d-ac96-774b-bcce-b302099a8057");
  return read_optional_id(reader, key).value_or(base::Id());
}

std::optional<base::Id> read_optional_id(json::Reader& reader, std::string_view key) {
  return read_optional_named(reader, key, base::Id::parse);
}

units::WallTime read_time(json::Reader& reader, std::string_view key) {
  require(reader, key, "a time such as 2026-01-31T09:05:07.250Z");
  return read_optional_time(reader, key).value_or(units::WallTime());
}

std::optional<units::WallTime> read_optional_time(json::Reader& reader, std::string_view key) {
  return read_optional_named(reader, key, units::parse_rfc3339);
}

std::map<std::string, std::string> read_texts(json::Reader& reader, std::string_view key, std::size_t most) {
  std::map<std::string, std::string> texts;
  auto object = reader.object(key);
  if (!object) return texts;
  const auto& members = object->value().members();
  if (members.size() > most) {
    reader.fault(key, base::format("has {} members; at most {} are taken", members.size(), most));
    return texts;
  }
  for (const auto& member : members) {
    if (member.key.empty() || member.key.size() > longest_name)
      object->fault(member.key, base::format("a name has 1 to {} bytes", longest_name));
    if (auto text = object->string(member.key, longest_name))
      texts.emplace(member.key, *std::move(text));
    else if (member.value.is_null())
      object->fault(member.key, "must be a string, not null");
  }
  return texts;
}

std::string read_text(json::Reader& reader, std::string_view key, std::size_t longest) {
  return reader.string(key, longest).value_or("");
}

int read_int(json::Reader& reader, std::string_view key, int least, int most) {
  return static_cast<int>(reader.integer(key, least, most).value_or(least));
}

std::int64_t read_count(json::Reader& reader, std::string_view key) {
  return reader.integer(key, 0, most_count).value_or(0);
}

std::vector<double> read_numbers(json::Reader& reader, std::string_view key, std::size_t most) {
  std::vector<double> numbers;
  const json::Value* array = reader.any(key);
  if (!array || array->is_null()) return numbers;
  const auto wrong = [&](std::string message) {
    reader.fault(key, std::move(message));
    return std::vector<double>{};
  };
  if (!array->is_array()) return wrong(base::format("must be an array of numbers, not {}", array->type_name()));
  if (array->items().size() > most)
    return wrong(base::format("has {} items; at most {} are taken", array->items().size(), most));
  for (const auto& item : array->items()) {
    if (!item.is_number()) return wrong(base::format("must be an array of numbers; one is {}", item.type_name()));
    numbers.push_back(item.as_number());
  }
  return numbers;
}

}  // namespace wire
