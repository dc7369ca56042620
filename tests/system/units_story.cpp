// The units of deployment/: systemd finds nothing to say of them, each command line starts for real and tells when it
// is ready and that it ends, and none is left open further than it says why.
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "support/farm.h"
#include "support/story.h"

namespace story {
namespace {

using testing::HasSubstr;

constexpr std::array services{"master", "agent", "exporter"};
constexpr std::string_view installed = "/usr/lib/ffwatt/";

std::filesystem::path unit(const std::string& service) {
  return std::filesystem::path(FFWATT_SOURCE_DIR) / "deployment" / ("ffmpeg-" + service + ".service");
}

// What a unit says of a key, each line once.
std::vector<std::string> said(const std::string& text, const std::string& key) {
  std::vector<std::string> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + "=")) values.push_back(line.substr(key.size() + 1));
  return values;
}

// The service manager's end of NOTIFY_SOCKET.
class Manager {
 public:
  explicit Manager(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Manager() { ::close(socket_); }
  // Empty where nothing comes for as long as only a program that hangs needs.
  std::string hears() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 60'000) != 1) return "";
    std::array<char, 256> buffer{};
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  int socket_;
};

class UnitsStory : public Story {};

TEST_F(UnitsStory, SystemdHasNothingToSayOfThem) {
  for (const std::string service : services) {
    // It looks for the program too: as built, not as installed.
    auto text = content(unit(service));
    for (auto at = text.find(installed); at != text.npos; at = text.find(installed))
      text.replace(at, installed.size(), std::string(FFWATT_BIN_DIR) + "/");
    // Its other units need not be on this machine, nor the pages where the package puts them.
    const auto copy = folder_ / unit(service).filename();
    std::ofstream(copy) << text;
    const auto verified = run({"systemd-analyze", "verify", "--man=no", copy.string()});
    EXPECT_EQ(verified.code, 0) << service;
    EXPECT_EQ(verified.out + verified.err, "") << service;
  }
}

TEST_F(UnitsStory, EachCommandLineStartsAndTellsWhenItIsReadyAndThatItEnds) {
  const auto port = std::to_string(free_port()), other = std::to_string(free_port());
  std::ofstream(folder_ / "config.toml") << "[master]\nport = " << port << "\naddress = \"127.0.0.1\"\n"
                                         << "[agent]\nmaster = \"http://127.0.0.1:" << port << "\"\n"
                                         << "[exporter]\nport = " << other << "\naddress = \"127.0.0.1\"\n";
  environment_["FFWATT_CONFIG"] = (folder_ / "config.toml").string();
  const Manager manager(folder_ / "notify");
  environment_["NOTIFY_SOCKET"] = (folder_ / "notify").string();
  for (const std::string service : services) {
    const auto text = content(unit(service));
    EXPECT_THAT(said(text, "Type"), testing::ElementsAre("notify"));
    const auto lines = said(text, "ExecStart");
    ASSERT_EQ(lines.size(), 1u) << service;
    std::istringstream split(lines[0]);
    std::vector<std::string> words;
    for (std::string word; split >> word;) words.push_back(word);
    ASSERT_TRUE(words[0].starts_with(installed)) << words[0];
    words[0] = std::string(FFWATT_BIN_DIR) + "/" + words[0].substr(installed.size());
    environment_["STATE_DIRECTORY"] = (folder_ / service).string();
    Program program(start(words));
    EXPECT_EQ(manager.hears(), "READY=1") << service;
    program.signal(SIGTERM);
    EXPECT_EQ(manager.hears(), "STOPPING=1") << service;
    EXPECT_EQ(program.wait().code, 0) << service;
  }
}

TEST_F(UnitsStory, NoneHoldsASecretAndNoneRunsAsRoot) {
  for (const std::string service : services) {
    const auto text = content(unit(service));
    EXPECT_THAT(said(text, "Environment"), testing::IsEmpty()) << service;
    EXPECT_THAT(said(text, "User"), testing::ElementsAre("ffwatt"));
    EXPECT_THAT(said(text, "NoNewPrivileges"), testing::ElementsAre("yes"));
    EXPECT_THAT(said(text, "ProtectSystem"), testing::ElementsAre("strict"));
    EXPECT_THAT(said(text, "StateDirectory"), testing::ElementsAre("ffwatt/" + service));
  }
}

// Figures of `systemd-analyze security`, from 0 (shut) to 10 (open). The agent's job is to run other programs in
// sandboxes of their own: what that needs stands in its unit.
TEST_F(UnitsStory, EachIsAsShutAsItsWorkAllows) {
  for (const auto& [service, most] :
       {std::pair<std::string, const char*>{"master", "25"}, {"exporter", "25"}, {"agent", "35"}}) {
    const auto scored = run({"systemd-analyze", "security", "--no-pager", "--offline=true",
                             std::string("--threshold=") + most, unit(service).string()});
    EXPECT_EQ(scored.code, 0) << scored.out.substr(scored.out.size() - std::min<std::size_t>(scored.out.size(), 200));
  }
}

}  // namespace
}  // namespace story
