// A farm of the built programs: a master and agents on free loopback ports, in the story's own folder.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "support/story.h"

namespace story {

// A port that was free a moment ago.
inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

class Farm : public Story {
 protected:
  Farm() : port_(free_port()), url_("http://127.0.0.1:" + std::to_string(port_)) {
    environment_["FFWATT_MASTER"] = url_;
    environment_["NO_PROXY"] = "*";
  }

  // Returns when it serves. The same folder and port each time, so a second one is a restart.
  std::unique_ptr<Program> master(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"master",
                                   "--address",
                                   "127.0.0.1",
                                   "--port",
                                   std::to_string(port_),
                                   "--state-dir",
                                   (folder_ / "master").string()};
    words.insert(words.end(), more.begin(), more.end());
    auto program = std::make_unique<Program>(start(std::move(words)));
    EXPECT_TRUE(program->prints("serving"));
    return program;
  }
  // Returns at once. `name` is its state folder too.
  std::unique_ptr<Program> agent(const std::string& name = "agent", const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"agent", "--register", "--name", name, "--state-dir", (folder_ / name).string()};
    words.insert(words.end(), more.begin(), more.end());
    return std::make_unique<Program>(start(std::move(words)));
  }

  struct Answer {
    int status = 0;
    std::string headers;
    json::Value body;
  };
  // One request by curl, as the documents write it.
  Answer curl(std::vector<std::string> words, const std::string& path) const {
    words.insert(words.begin(), {"curl", "-sS", "-i"});
    words.push_back(url_ + path);
    const auto done = run(std::move(words));
    EXPECT_EQ(done.code, 0) << done.err;
    Answer answer;
    const auto end = done.out.find("\r\n\r\n");
    answer.headers = done.out.substr(0, end);
    if (answer.headers.size() > 12) answer.status = std::stoi(answer.headers.substr(9, 3));
    if (end != std::string::npos) answer.body = parsed(done.out.substr(end + 4));
    return answer;
  }
  Answer submit(const std::string& body) const { return curl({"-X", "POST", "-d", body}, "/jobs"); }

  // Follows a job to its end: the whole document.
  json::Value finished(int number) const {
    const auto done = run({"ffwatt", "jobs", "watch", std::to_string(number), "--json"});
    return parsed(done.out);
  }
  // Returns when `ffwatt jobs watch` has seen it run.
  void await_running(int number) const {
    Program watcher(start({"ffwatt", "jobs", "watch", std::to_string(number)}));
    EXPECT_TRUE(watcher.prints("is running"));
    watcher.signal(SIGINT);
    watcher.wait();
  }

  // Agents that start from now on have an ffmpeg that waits at the begin of a job until let_jobs_go(): a story that
  // needs a job in the middle depends on no speed.
  void hold_jobs() {
    std::filesystem::create_directory(folder_ / "bin");
    const auto path = folder_ / "bin" / "ffmpeg";
    std::ofstream(path) << "#!/bin/sh\n"
                        // Only a job writes into this folder; trials of encoders are let through.
                        << "case \"$*\" in *'" << folder_.string() << "'*)\n"
                        << "  : > '" << (folder_ / "held").string() << "'\n"
                        << "  story_child file '" << (folder_ / "go").string() << "' > /dev/null ;;\n"
                        << "esac\n"
                        << "PATH=/usr/local/bin:/usr/bin:/bin exec ffmpeg \"$@\"\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    environment_["PATH"] = (folder_ / "bin").string() + ":" + environment_["PATH"];
  }
  void await_held() const { EXPECT_EQ(run({"story_child", "file", (folder_ / "held").string()}).code, 0); }
  void let_jobs_go() const { std::ofstream(folder_ / "go").flush(); }

  // Command lines that still name something in this story's folder.
  std::vector<std::string> still_running() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const auto name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::string line = content(entry.path() / "cmdline");
      std::replace(line.begin(), line.end(), '\0', ' ');
      if (line.find(folder_.string()) != std::string::npos) found.push_back(name + ": " + line);
    }
    return found;
  }
  static std::string text_at(const json::Value& value, std::string_view key) {
    const auto* found = value.find(key);
    return found && found->is_string() ? found->as_string() : "";
  }

  int port_;
  std::string url_;
};

}  // namespace story
