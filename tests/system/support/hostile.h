// A farm with canaries around it: secrets that nobody may open, a folder of inputs that are not what they say, and
// ports to which nobody may connect.
#pragma once

#include <gmock/gmock.h>

#include "support/canary.h"
#include "support/farm.h"

namespace story {

class HostileStory : public Farm {
 protected:
  HostileStory() : secrets_(folder_ / "secrets"), inputs_(folder_ / "inputs") {
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
    media_ = inputs_.make("plain.mp4", "");
    EXPECT_EQ(run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.4", "-c:v", "libx264", "-y",
                   media_})
                  .code,
              0);
    for (const auto* name : {"secret.mp4", "secret.ts"}) std::filesystem::copy_file(media_, secrets_.path() / name);
    secrets_.make("secret.txt", "0 drawtext reinit 'text=secret'\n");
    std::filesystem::copy_file(media_, inputs_.path() / "sibling.mp4");
    outputs_ = folder_ / "outputs";
    std::filesystem::create_directory(outputs_);
  }

  std::string secret(const std::string& name) const { return (secrets_.path() / name).string(); }
  std::string canary_url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + port_canary_.port();
  }

  // A tiny encode as a job.
  json::Value job(const std::string& name, json::Value parameters) const {
    parameters.set("duration", "0.2"), parameters.set("preset", "ultrafast");
    return json::Value::object(
        {{"scenario", "480p30-h264"}, {"name", name}, {"max_attempts", 1}, {"parameters", std::move(parameters)}});
  }
  json::Value reads(const std::string& input) const {
    return job("in", json::Value::object({{"input", input}, {"output_mode", "null"}}));
  }
  int post(const json::Value& body) { return submit(json::write(body)).status; }

  // Numbers of the jobs that were taken; a job that is refused at once is as good as one that fails.
  std::vector<int> submit_all(const std::vector<json::Value>& jobs) {
    std::vector<int> numbers;
    for (const auto& one : jobs) {
      const auto answer = submit(json::write(one));
      if (answer.status == 201)
        numbers.push_back(static_cast<int>(answer.body.at("number").as_integer()));
      else
        EXPECT_EQ(answer.status, 400) << json::write(one);
    }
    return numbers;
  }
  // Each must have ended as `state`, and left a reason where it failed.
  void expect_all(const std::vector<int>& numbers, const std::string& state) {
    for (const int number : numbers) {
      const auto done = finished(number);
      EXPECT_EQ(text_at(done, "state"), state) << json::write(done.at("parameters")) << "\n" << text_at(done, "reason");
      if (state == "failed") {
        EXPECT_NE(text_at(done, "reason"), "");
      }
    }
  }
  void expect_nothing_touched() {
    EXPECT_THAT(secrets_.touched(), testing::IsEmpty());
    EXPECT_THAT(inputs_.touched(), testing::Not(testing::HasSubstr("sibling")));
    EXPECT_EQ(port_canary_.visits(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "pwned"));
  }
  void watch() {
    secrets_.watch();
    inputs_.watch();
  }

  CanaryFolder secrets_, inputs_;
  CanaryPort port_canary_;
  std::string media_;
  std::filesystem::path outputs_;
};

}  // namespace story
