// Each layer of the sandbox alone: an attack that works on this machine, and does no more with that one layer on. So no
// layer is decoration. Then all of them together. As root and, started again by this program, as a plain user. What
// this machine lacks is told by the layer's own probe, and its tests are skipped with that reason.
#include <gmock/gmock.h>
#include <grp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/text.h"
#include "os/host.h"
#include "sandbox/sandbox.h"
#include "support/canary.h"
#include "support/story.h"

namespace story {
namespace {

using testing::HasSubstr;

constexpr uid_t kNobody = 65534;
constexpr auto kSetuid = "FFWATT_STORY_SETUID";

std::string attacker() { return std::string(FFWATT_BIN_DIR) + "/story_attacker"; }

struct Row {
  std::vector<std::string_view> layers;
  std::vector<std::string> attack;
};

class SandboxStory : public Story {
 protected:
  SandboxStory() : canary_(folder_ / "canary") {
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
    secret_ = canary_.make("secret.txt", "secret");
    // Our child, which a contained program is not to touch.
    os::SpawnSpec spec;
    spec.program = "/bin/sleep", spec.arguments = {"600"};
    spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
    spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
    neighbour_ = *host().processes.spawn(spec);
  }
  ~SandboxStory() override {
    (void)neighbour_->signal(SIGKILL).ok();
    (void)neighbour_->wait().ok();
  }

  os::Host& host() { return real_.host(); }

  sandbox::Bounds bounds() {
    sandbox::Bounds out;
    out.program = attacker();
    out.file_size = units::Bytes(1 << 20), out.memory = units::Bytes(256 << 20);
    return out;
  }

  struct Done {
    bool worked = false;
    std::string words;
  };
  Done attack(const std::vector<std::string>& words, const sandbox::Plan& plan, os::Cgroup* group = nullptr) {
    os::SpawnSpec spec;
    spec.program = attacker(), spec.arguments = words;
    spec.steps = plan.steps;
    if (group) spec.join_files = group->join_files();
    const auto out = os::run_and_collect(host().processes, host().clock, spec, units::Seconds(60));
    EXPECT_TRUE(out.ok()) << (out ? "" : out.error().text());
    if (!out) return {};
    EXPECT_NE(out->status.code, 2) << "no such attack: " << words[0];
    return {out->status.success(), out->out};
  }

  // Why a layer is missing, by its probe; empty where it is there.
  std::string missing(std::string_view layer) {
    static const auto probed = sandbox::probe(host());
    for (const auto& state : probed)
      if (state.name == layer && state.state == sandbox::LayerState::State::missing) {
        EXPECT_NE(state.detail, "") << layer << " is missing without a reason";
        return state.detail;
      }
    return "";
  }

  // The attack works without these layers, and does not with them.
  void check(const Row& row, sandbox::Bounds limits) {
    SCOPED_TRACE(base::join(row.attack, " "));
    const auto off = attack(row.attack, {});
    ASSERT_TRUE(off.worked) << "the attack does not even work without the sandbox: " << off.words;
    const auto plan = sandbox::plan(host(), sandbox::Mode::strict, limits, {.only = row.layers, .without = {}});
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    const auto on = attack(row.attack, *plan, limits.group);
    EXPECT_FALSE(on.worked) << "the layer alone does not stop it";
  }
  void check(std::string_view layer, const std::vector<std::vector<std::string>>& attacks) {
    if (const auto why = missing(layer); !why.empty()) GTEST_SKIP() << layer << " is missing here: " << why;
    for (const auto& words : attacks) check(Row{{layer}, words}, bounds());
  }

  std::string in_canary(const std::string& name) const { return (canary_.path() / name).string(); }
  std::string neighbour() const { return std::to_string(neighbour_->pid()); }

  os::RealHost real_;
  CanaryFolder canary_;
  CanaryPort port_;
  std::string secret_;
  std::unique_ptr<os::Process> neighbour_;
};

TEST_F(SandboxStory, EveryLayerIsThereOrSaysWhyNot) {
  for (const auto& state : sandbox::probe(host())) {
    EXPECT_NE(state.detail, "") << state.name;
    EXPECT_NE(sandbox::purpose(state.name), "");
    if (state.state == sandbox::LayerState::State::missing)
      std::cout << "[ missing  ] " << state.name << ": " << state.detail << "\n";
  }
}

TEST_F(SandboxStory, FilesystemAlone) {
  check("filesystem", {{"read", secret_},
                       {"write", secret_},
                       {"empty", secret_},
                       {"list", canary_.path().string()},
                       {"create", in_canary("new")},
                       {"make-folder", in_canary("folder")},
                       {"make-fifo", in_canary("fifo")},
                       {"link", in_canary("link")},
                       {"exec", "/bin/true"},
                       {"read", "/etc/passwd"},
                       {"read", "/proc/self/environ"},
                       {"read", "/proc/" + neighbour() + "/cmdline"}});
}

TEST_F(SandboxStory, FilesystemAloneKeepsWhatIsThere) {
  const auto other = canary_.make("other.txt", "other");
  check("filesystem", {{"hard-link", secret_, in_canary("hard")}, {"rename", other, in_canary("renamed")}});
  check("filesystem", {{"remove", canary_.make("third.txt", "third")}});
}

// An attack that worked once has removed its file; so the one with the layer gets it anew.
TEST_F(SandboxStory, FilesystemOfNewerKernels) {
  if (const auto why = missing("filesystem"); !why.empty()) GTEST_SKIP() << why;
  const auto plan = sandbox::plan(host(), sandbox::Mode::strict, bounds(), {.only = {"filesystem"}, .without = {}});
  ASSERT_TRUE(plan.ok());
  const auto& detail = plan->layers.at(0).detail;
  if (detail.find("with ports") == std::string::npos) GTEST_SKIP() << "this kernel's " << detail << " knows no ports";
  check("filesystem", {{"tcp", "127.0.0.1", port_.port()}, {"truncate", secret_}});
  if (detail.find("with signals") == std::string::npos)
    GTEST_SKIP() << "this kernel's " << detail << " knows no signals";
  check("filesystem", {{"unix", port_.abstract_name()}});
}

TEST_F(SandboxStory, SystemCallsAlone) {
  check("system_calls", {{"truncate", secret_},
                         {"empty", secret_},
                         {"change-mode", secret_},
                         {"make-fifo", in_canary("fifo2")},
                         {"link", in_canary("link2")},
                         {"tcp", "127.0.0.1", port_.port()},
                         {"udp", "127.0.0.1", port_.port()},
                         {"unix", port_.abstract_name()},
                         {"netlink"},
                         {"fork"},
                         {"executable-file"},
                         {"ioctl-terminal"},
                         {"read-memory", neighbour()}});
}

// What a container may forbid itself, so it is tried before it is called an attack.
TEST_F(SandboxStory, SystemCallsAloneWhereTheMachineHasThem) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"ptrace", neighbour()},
                                                {"new-namespace"},
                                                {"perf"},
                                                {"bpf"},
                                                {"io-uring"},
                                                {"userfaultfd"},
                                                {"keyctl"},
                                                {"set-attribute", secret_}}) {
    if (const auto off = attack(words, {}); !off.worked) {
      std::cout << "[ not here ] " << words[0] << ": " << off.words;
      continue;
    }
    check("system_calls", {words});
  }
}

TEST_F(SandboxStory, NetworkAlone) {
  check("network",
        {{"tcp", "127.0.0.1", port_.port()}, {"udp", "127.0.0.1", port_.port()}, {"unix", port_.abstract_name()}});
  EXPECT_EQ(port_.visits(), 3) << "those that came are the three without the layer";
}

TEST_F(SandboxStory, CapabilitiesAlone) {
  if (::geteuid() == 0) {
    const auto foreign = canary_.make("foreign.txt", "x");
    ASSERT_EQ(::chown(foreign.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(::chmod(foreign.c_str(), 0600), 0);
    check("capabilities", {{"read", foreign},
                           {"become-nobody"},
                           {"chroot", "/"},
                           {"host-name"},
                           {"raw-socket"},
                           {"packet-socket"},
                           {"mount", canary_.path().string()}});
    (void)::umount2(canary_.path().c_str(), MNT_DETACH);
    return;
  }
  // A plain user has none to lose; those over a namespace of its own go with the exec, since it is not root in it.
  if (const auto why = missing("network"); !why.empty()) GTEST_SKIP() << "nothing gives capabilities here: " << why;
  const auto network = sandbox::plan(host(), sandbox::Mode::strict, bounds(), {.only = {"network"}, .without = {}});
  ASSERT_TRUE(network.ok());
  EXPECT_FALSE(attack({"chroot", "/"}, *network).worked);
}

TEST_F(SandboxStory, NewRightsAlone) {
  std::string program;
  if (::geteuid() == 0) {
    program = in_canary("setuid");
    std::filesystem::copy_file(attacker(), program);
    ASSERT_EQ(::chown(program.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(::chmod(program.c_str(), 04755), 0);
  } else if (const char* given = ::getenv(kSetuid)) {
    program = given;
  } else {
    GTEST_SKIP() << "only root can make a program of another user; run this story as root to try it";
  }
  check("new_rights", {{"setuid", program}});
}

TEST_F(SandboxStory, LimitsAlone) {
  check("limits", {{"fill-disk", in_canary("large"), "4"}, {"take-memory", "400"}, {"open-many", "500"}});
  const auto hard = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    return limit.rlim_max;
  };
  if (hard() == 0) GTEST_SKIP() << "core dumps are forbidden to this test already";
  check("limits", {{"core-dump"}});
}

TEST_F(SandboxStory, ControlGroupAlone) {
  if (const auto why = missing("control_group"); !why.empty()) GTEST_SKIP() << "control_group is missing here: " << why;
  // More than the group's share, which grows with the machine (src/sandbox/shares.cpp).
  const auto too_many = std::to_string(300 + 8 * ::sysconf(_SC_NPROCESSORS_ONLN));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"take-memory", "400"}, {"make-threads", too_many}}) {
    auto group = *host().cgroups.open("story-" + std::to_string(::getpid()));
    auto limits = bounds();
    limits.group = group.get();
    check(Row{{"control_group"}, words}, limits);
    EXPECT_TRUE(group->kill_all().ok());
    EXPECT_TRUE(group->remove().ok());
  }
}

TEST_F(SandboxStory, AllTogetherStopEverythingAndAllowWhatIsAllowed) {
  auto limits = bounds();
  const auto input = canary_.make("input.mp4", "input");
  const auto output = in_canary("output.mp4");
  limits.readable = {input}, limits.writable = {output};
  const auto plan = sandbox::plan(host(), sandbox::Mode::best, limits, {.only = {}, .without = {"control_group"}});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  canary_.watch();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"read", secret_},
                                                {"write", secret_},
                                                {"empty", secret_},
                                                {"create", in_canary("new")},
                                                {"truncate", secret_},
                                                {"list", canary_.path().string()},
                                                {"remove", secret_},
                                                {"make-folder", in_canary("f")},
                                                {"make-fifo", in_canary("p")},
                                                {"link", in_canary("l")},
                                                {"hard-link", secret_, in_canary("h")},
                                                {"rename", secret_, in_canary("r")},
                                                {"change-mode", secret_},
                                                {"change-owner", secret_},
                                                {"set-attribute", secret_},
                                                {"tcp", "127.0.0.1", port_.port()},
                                                {"udp", "127.0.0.1", port_.port()},
                                                {"unix", port_.abstract_name()},
                                                {"netlink"},
                                                {"raw-socket"},
                                                {"packet-socket"},
                                                {"fork"},
                                                {"exec", "/bin/true"},
                                                {"ptrace", neighbour()},
                                                {"read-memory", neighbour()},
                                                {"kill", neighbour()},
                                                {"mount", canary_.path().string()},
                                                {"chroot", "/"},
                                                {"new-namespace"},
                                                {"become-nobody"},
                                                {"host-name"},
                                                {"perf"},
                                                {"bpf"},
                                                {"io-uring"},
                                                {"userfaultfd"},
                                                {"keyctl"},
                                                {"executable-file"},
                                                {"ioctl-terminal"},
                                                {"core-dump"},
                                                {"fill-disk", output, "4"},
                                                {"take-memory", "400"},
                                                {"open-many", "500"},
                                                {"read", "/etc/passwd"},
                                                {"read", "/proc/1/environ"},
                                                {"read", "/proc/self/environ"},
                                                {"write-text", "/proc/self/oom_score_adj"},
                                                {"remove", output}})
    EXPECT_FALSE(attack(words, *plan).worked) << base::join(words, " ");
  EXPECT_EQ(port_.visits(), 0);
  EXPECT_TRUE(attack({"read", input}, *plan).worked);
  EXPECT_TRUE(attack({"write", output}, *plan).worked);
  const auto touched = canary_.touched();
  EXPECT_THAT(touched, testing::Not(HasSubstr("secret"))) << touched;
  EXPECT_EQ(content(secret_), "secret");
}

TEST_F(SandboxStory, StrictNamesWhatIsMissing) {
  auto without_group = bounds();
  const auto refused = sandbox::plan(host(), sandbox::Mode::strict, without_group);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("control_group (no control group could be made for it"));
  EXPECT_THAT(refused.error().text(), HasSubstr("--sandbox=best"));
  EXPECT_TRUE(sandbox::plan(host(), sandbox::Mode::off, without_group)->steps.empty());
}

TEST_F(SandboxStory, AScriptIsToldToBeNone) {
  auto limits = bounds();
  limits.program = folder_ / "ffmpeg";
  std::ofstream(limits.program) << "#!/bin/sh\nexec ffmpeg \"$@\"\n";
  const auto plan =
      sandbox::plan(host(), sandbox::Mode::best, limits, {.only = {"filesystem", "system_calls"}, .without = {}});
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->steps.empty());
  for (const auto& layer : plan->layers) EXPECT_THAT(layer.detail, HasSubstr("is a script"));
}

// All of the above once more without root's rights.
TEST(SandboxStoryOfAPlainUser, TheSameHolds) {
  if (::geteuid() != 0) GTEST_SKIP() << "this is a plain user already";
  std::string pattern = "/tmp/ffwatt-setuid-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  const auto program = folder / "setuid";
  std::filesystem::copy_file(attacker(), program);
  ASSERT_EQ(::chmod(program.c_str(), 04755), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
        ::setresuid(kNobody, kNobody, kNobody) != 0)
      ::_exit(90);
    ::setenv(kSetuid, program.c_str(), 1);
    ::setenv("TEST_TMPDIR", folder.c_str(), 1);
    const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    ::execl(self.c_str(), self.c_str(), "--gtest_filter=SandboxStory.*", "--gtest_brief=1", nullptr);
    ::_exit(91);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "as a plain user this story fails; see above";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace story
