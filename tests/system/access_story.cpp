// Who may do what on a farm, with the real programs. The master trusts nobody on this machine either, so that each
// caller here is one from elsewhere.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "support/farm.h"

namespace story {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AccessStory : public Farm {
 protected:
  Ended ffwatt(std::vector<std::string> words, const std::filesystem::path& key_file = {}) const {
    words.insert(words.begin(), "ffwatt");
    if (!key_file.empty()) words.insert(words.end(), {"--key-file", key_file.string()});
    return run(std::move(words));
  }
  std::filesystem::path key() const { return folder_ / "master" / "key"; }
  std::filesystem::path keep(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string text;
    in >> text;
    return text;
  }
  std::filesystem::path token(const std::string& scope) const {
    const auto made = ffwatt({"token", "create", "--scope", scope, "--name", scope + "-script"}, key());
    EXPECT_EQ(made.code, 0) << made.err;
    if (made.out.empty()) return {};
    EXPECT_THAT(made.err, AllOf(HasSubstr("shown this once"), Not(HasSubstr(made.out.substr(0, made.out.size() - 1)))));
    return keep(scope + ".token", made.out);
  }
};

TEST_F(AccessStory, AStrangersAgentWaitsUntilItIsApprovedAndThenWorksForItself) {
  auto m = master({"--no-loopback-trust"});
  auto a = agent("far");
  ASSERT_TRUE(a->prints("ffwatt nodes approve"));
  const auto waiting = parsed(ffwatt({"nodes", "approve", "--json"}, key()).out);
  ASSERT_EQ(waiting.at("nodes").items().size(), 1u);
  EXPECT_EQ(text_at(waiting.at("nodes").items()[0], "name"), "far");
  const auto let_in = ffwatt({"nodes", "approve", text_at(waiting.at("nodes").items()[0], "code")}, key());
  EXPECT_EQ(let_in.code, 0) << let_in.err;
  EXPECT_THAT(let_in.out, HasSubstr("far at 127.0.0.1 is let in"));
  ASSERT_TRUE(a->prints("registered"));

  const auto submits = token("submit"), reads = token("read");
  EXPECT_EQ(ffwatt({"jobs", "submit", "480p30-h264", "--set", "duration=1"}, submits).code, 0);
  const auto done = ffwatt({"jobs", "watch", "1"}, reads);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(ffwatt({"jobs", "history", "1"}, reads).out, HasSubstr("started on far"));

  // What each may not do is said with what it needs, and nothing is done.
  const auto refused = ffwatt({"jobs", "submit", "480p30-h264"}, reads);
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("read-script at 127.0.0.1"), HasSubstr("needs the scope submit")));
  EXPECT_THAT(ffwatt({"nodes", "drain", "far"}, submits).err, HasSubstr("needs the scope admin"));
  EXPECT_THAT(ffwatt({"jobs", "ls"}).err, HasSubstr(key().string()));
  EXPECT_EQ(ffwatt({"nodes", "drain", "far"}, key()).code, 0);
  EXPECT_EQ(ffwatt({"nodes", "activate", "far"}, key()).code, 0);

  EXPECT_THAT(ffwatt({"token", "ls"}, key()).out, AllOf(HasSubstr("submit-script"), HasSubstr("node far")));
  EXPECT_EQ(ffwatt({"token", "revoke", text_of(reads)}, key()).code, 0);
  EXPECT_THAT(ffwatt({"jobs", "ls"}, reads).err, HasSubstr("is not known here"));

  // Who did what is written down, and cannot be written otherwise later.
  const auto log = folder_ / "master" / "audit.jsonl";
  const auto good = ffwatt({"audit", "verify", log.string()});
  EXPECT_EQ(good.code, 0) << good.err;
  std::ifstream in(log);
  std::string all{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(all, AllOf(HasSubstr(R"("who":"submit-script at 127.0.0.1","action":"POST /api/v1/jobs","status":201)"),
                         HasSubstr("node far approved"), HasSubstr("/nodes/far/drain"), Not(HasSubstr("ffw_"))));
  keep("changed.jsonl", std::string(all).replace(all.find("submit-script"), 13, "nobody-at-all"));
  const auto changed = ffwatt({"audit", "verify", (folder_ / "changed.jsonl").string()});
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.err, HasSubstr("was changed"));
}

TEST_F(AccessStory, TheLineOfJoinCommandLetsInOneNode) {
  auto m = master({"--no-loopback-trust"});
  const auto line = ffwatt({"nodes", "join-command", "--as", url_}, key());
  ASSERT_EQ(line.code, 0) << line.err;
  const auto from = line.out.find("ffw_enrol_"), to = line.out.find(" > ffwatt-enrol) && agent --register");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << line.out;
  const auto file = keep("ffwatt-enrol", line.out.substr(from, to - from) + "\n");
  auto first = agent("first", {"--key-file", file.string()});
  ASSERT_TRUE(first->prints("registered"));
  auto second = agent("second", {"--key-file", file.string()});
  ASSERT_TRUE(second->prints("is not known here"));
  EXPECT_THAT(ffwatt({"nodes", "ls"}, key()).out, AllOf(HasSubstr("first"), Not(HasSubstr("second"))));
}

TEST_F(AccessStory, OverTlsTheLineBringsTheFingerprintByWhichTheMasterIsKnown) {
  auto m = master({"--tls", "--no-loopback-trust"});
  const auto ca = (folder_ / "master" / "tls" / "ca.pem").string();
  const auto https = "https://127.0.0.1:" + std::to_string(port_);
  environment_["FFWATT_MASTER"] = https;
  EXPECT_EQ(run({"curl", "-sS", "--cacert", ca, https + "/health"}).out, "{\"status\":\"healthy\"}\n");
  EXPECT_EQ(ffwatt({"healthcheck", "--ca", ca}).out, "healthy\n");
  EXPECT_EQ(ffwatt({"healthcheck"}).code, 1);
  EXPECT_NE(run({"curl", "-sS", https + "/health"}).code, 0) << "nobody knows this authority yet";
  EXPECT_NE(run({"curl", "-sS", "http://127.0.0.1:" + std::to_string(port_) + "/health"}).code, 0);
  EXPECT_THAT(ffwatt({"nodes", "ls"}, key()).err, HasSubstr("certificate"));

  environment_["FFWATT_CA"] = ca;
  const auto line = ffwatt({"nodes", "join-command", "--as", https}, key());
  ASSERT_EQ(line.code, 0) << line.err;
  const auto from = line.out.find("ffw_enrol_"), to = line.out.find(" > ffwatt-enrol)"),
             at = line.out.find("--ca-pin ");
  ASSERT_NE(at, std::string::npos) << line.out;
  const auto pin = line.out.substr(at + 9, 64);
  const auto file = keep("ffwatt-enrol", line.out.substr(from, to - from) + "\n");
  auto wrong = agent("wrong", {"--key-file", file.string(), "--ca-pin", std::string(64, '0')});
  ASSERT_TRUE(wrong->prints("expected " + std::string(64, '0') + ", seen " + pin));
  auto a = agent("far", {"--key-file", file.string(), "--ca-pin", pin});
  ASSERT_TRUE(a->prints("registered"));
  EXPECT_EQ(ffwatt({"jobs", "submit", "480p30-h264", "--set", "duration=1"}, key()).code, 0);
  EXPECT_EQ(ffwatt({"jobs", "watch", "1"}, key()).code, 0);
  EXPECT_THAT(
      run({"curl", "-sS", "--cacert", ca, "-H", "Authorization: Bearer " + text_of(key()), https + "/metrics"}).out,
      HasSubstr("ffwatt_tls_certificate_expiry_timestamp_seconds 1"));
}

TEST_F(AccessStory, OnTheMastersMachineTheKeyIsFoundWhereItLies) {
  environment_["FFWATT_STATE_DIR"] = folder_.string();  // the master's folder is below, as it is by default
  auto m = master();
  auto a = agent("near");
  ASSERT_TRUE(a->prints("registered"));
  EXPECT_EQ(ffwatt({"nodes", "drain", "near"}).code, 0);
  environment_["FFWATT_STATE_DIR"] = (folder_ / "elsewhere").string();
  EXPECT_THAT(ffwatt({"nodes", "activate", "near"}).err, HasSubstr("needs the scope admin"));
}

}  // namespace
}  // namespace story
