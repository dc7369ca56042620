// Programs of one version beside those of the next: what this one says is read by every later one, and what a later one
// adds does no harm here. tests/recorded/N.N.N/ has what each version said, a file a message, as it came over the wire.
// Files of an earlier version are never written anew; FFWATT_RECORD=1 writes those of this one that are not there yet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

const std::filesystem::path recorded = std::filesystem::path(FFWATT_SOURCE_DIR) / "tests/recorded";
constexpr const char* this_version = "0.1.0";

// Read as this version does, and said again as it would.
using Again = std::function<base::Result<json::Value>(const json::Value&)>;
template <class Decode>
Again again(Decode decode) {
  return [decode](const json::Value& value) -> base::Result<json::Value> {
    FFWATT_TRY(const auto message, decode(value));
    return encode(message);
  };
}

struct Message {
  const char* name;
  json::Value said;
  Again again;
};

RunningJob running() {
  return {full_lease(),
          media::Progress{},
          test_measured<units::Joules>(12.5),
          test_measured<units::Watts>(3),
          units::Seconds(4),
          0.5};
}

std::vector<Message> messages() {
  using Word = LeaseWord;
  const jobs::LeaseTimes times;
  const LeaseAnswer give_back{test_id(1), 2, Word::renewed, LeaseAnswer::GiveBack::yes};
  const ClaimAnswer claim{{{full_job(), full_lease(), {}}}, {{test_id(1), 2, Word::cancel}}, units::Seconds(5)};
  NodeView node;
  node.node.id = test_id(9), node.node.facts = full_node_facts(), node.node.intent = jobs::Intent::draining;
  node.node.give_back_at = test_time(600);
  return {
      {"register_request", encode(RegisterRequest{test_id(9), full_node_facts()}), again(decode_register_request)},
      {"register_answer", encode(RegisterAnswer{test_id(9), times, "0.1.0"}), again(decode_register_answer)},
      {"heartbeat_request", encode(HeartbeatRequest{"boot-1", {running()}}), again(decode_heartbeat_request)},
      {"heartbeat_answer",
       encode(HeartbeatAnswer{{give_back, {test_id(2), 1, Word::late}}, jobs::Intent::draining, units::Seconds(5)}),
       again(decode_heartbeat_answer)},
      {"claim_answer", encode(claim), again(decode_claim_answer)},
      {"start_request", encode(StartRequest{test_id(9), full_lease()}), again(decode_start_request)},
      {"start_answer", encode(StartAnswer{full_lease(), times}), again(decode_start_answer)},
      {"result_request", encode(ResultRequest{test_id(9), full_lease(), full_report()}), again(decode_result_request)},
      {"result_answer",
       encode(ResultAnswer{test_id(1), jobs::JobState::completed, ResultAnswer::Output::publish, claim}),
       again(decode_result_answer)},
      {"job", encode(full_job()), again(decode_job)},
      {"node", encode(node), again(decode_node)},
  };
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Every member of `less` is in `more`, with its value; members that were added do not count.
void expect_within(const json::Value& less, const json::Value& more, const std::string& where) {
  if (less.is_object()) {
    for (const auto& member : less.members()) {
      const auto* found = more.find(member.key);
      ASSERT_TRUE(found) << where << "/" << member.key << " was said and is not understood any more";
      expect_within(member.value, *found, where + "/" + member.key);
    }
  } else if (less.is_array()) {
    ASSERT_TRUE(more.is_array()) << where;
    ASSERT_EQ(less.items().size(), more.items().size()) << where;
    for (std::size_t i = 0; i < less.items().size(); ++i)
      expect_within(less.items()[i], more.items()[i], where + "/" + std::to_string(i));
  } else {
    EXPECT_EQ(json::write(less), json::write(more)) << where;
  }
}

// Whose members are names that people chose.
const std::vector<std::string> free_names{"device_slots", "labels", "tags"};

json::Value with_news(const json::Value& value) {
  if (value.is_array()) {
    auto out = json::Value(json::Array{});
    for (const auto& item : value.items()) out.push_back(with_news(item));
    return out;
  }
  if (!value.is_object()) return value;
  auto out = json::Value::object({{"of_a_newer_version", json::Value::object({{"at", 1}})}});
  for (const auto& member : value.members()) {
    const bool free = std::find(free_names.begin(), free_names.end(), member.key) != free_names.end();
    out.set(member.key, free ? member.value : with_news(member.value));
  }
  return out;
}

TEST(Versions, WhatEarlierOnesSaidIsUnderstood) {
  const bool records = std::getenv("FFWATT_RECORD") != nullptr;
  const auto all = messages();
  if (records) {
    std::filesystem::create_directories(recorded / this_version);
    for (const auto& message : all) {
      const auto path = recorded / this_version / (std::string(message.name) + ".json");
      if (!std::filesystem::exists(path))
        std::ofstream(path) << json::write(message.said, json::Layout::indented) << "\n";
    }
  }
  std::size_t files = 0;
  for (const auto& version : std::filesystem::directory_iterator(recorded)) {
    for (const auto& message : all) {
      const auto path = version.path() / (std::string(message.name) + ".json");
      const auto said = json::parse(read(path));
      ASSERT_TRUE(said) << path << ": " << said.error().text();
      const auto heard = message.again(*said);
      ASSERT_TRUE(heard) << path << ": " << heard.error().text();
      expect_within(*said, *heard, path.filename().string() + ":");
      ++files;
    }
  }
  EXPECT_GE(files, all.size());
  EXPECT_FALSE(records) << "recorded; this run does not count";
}

TEST(Versions, WhatALaterOneAddsIsPassedOver) {
  for (const auto& message : messages()) {
    const auto heard = message.again(with_news(message.said));
    ASSERT_TRUE(heard) << message.name << ": " << heard.error().text();
    EXPECT_EQ(json::write(*heard), json::write(*message.again(message.said))) << message.name;
  }
}

TEST(Versions, AWordOfALaterMasterLetsTheJobGoOn) {
  auto answer = encode(HeartbeatAnswer{{{test_id(1), 2, LeaseWord::renewed}}, jobs::Intent::active, {}});
  auto lease = answer.at("leases").items().at(0);
  lease.set("word", "checkpoint");
  answer.set("leases", json::Value::array({lease}));
  const auto heard = decode_heartbeat_answer(answer);
  ASSERT_TRUE(heard) << heard.error().text();
  EXPECT_EQ(heard->leases.at(0).word, LeaseWord::late);
}

}  // namespace
}  // namespace wire
