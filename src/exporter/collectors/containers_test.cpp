#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/scope_guard.h"
#include "exporter/collectors/collector_for_tests.h"

namespace exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

// A Unix socket that takes connections and never answers, as a hung daemon does; or that gives one answer to each.
class DockerSocket {
 public:
  explicit DockerSocket(const os::Path& path) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
  }
  ~DockerSocket() {
    thread_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }
  void answer(const std::string& body) {
    thread_ = std::jthread([this, body](std::stop_token stop) {
      while (!stop.stop_requested()) {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) return;
        std::array<char, 4096> request{};
        (void)!::read(peer, request.data(), request.size());
        const auto text =
            base::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(), body);
        (void)!::write(peer, text.data(), text.size());
        ::close(peer);
      }
    });
  }

 private:
  int listener_;
  std::jthread thread_;
};

class ContainersCollector : public CollectorTest {
 protected:
  static std::string id(char digit) { return std::string(64, digit); }
  void write_v2(const std::string& folder, std::string_view microseconds, std::string_view bytes) const {
    machine.folder.write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    const auto group = "sys/fs/cgroup/" + folder + "/";
    machine.folder.write(group + "cpu.stat", base::format("usage_usec {}\nuser_usec 1\n", microseconds));
    machine.folder.write(group + "memory.current", base::format("{}\n", bytes));
  }
  void start() {
    collector = open_containers(world());
    first_sample();
  }
};

TEST_F(ContainersCollector, FindsThoseOfDockerAndOfKubernetesInTheUnifiedHierarchy) {
  write_v2("system.slice/docker-" + id('a') + ".scope", "2500000", "4096");
  write_v2("kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-" + id('b') + ".scope",
           "1000000", "8192");
  machine.folder.write("sys/fs/cgroup/system.slice/ssh.service/cpu.stat", "usage_usec 9\n");
  start();
  const auto text = page();
  EXPECT_EQ(fault, "");
  EXPECT_THAT(text, HasSubstr(line("ffwatt_containers", "2")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="aaaaaaaaaaaa"})", "2.5")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_memory_bytes{container="aaaaaaaaaaaa"})", "4096")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="bbbbbbbbbbbb"})", "1")));
}

TEST_F(ContainersCollector, ReadsTheOlderHierarchyToo) {
  std::filesystem::remove(machine.folder / "sys/fs/cgroup/cgroup.controllers");
  machine.folder.write("sys/fs/cgroup/cpu,cpuacct/docker/" + id('c') + "/cpuacct.usage", "1500000000\n");
  machine.folder.write("sys/fs/cgroup/memory/docker/" + id('c') + "/memory.usage_in_bytes", "12288\n");
  start();
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="cccccccccccc"})", "1.5")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_memory_bytes{container="cccccccccccc"})", "12288")));
}

TEST_F(ContainersCollector, AMachineWithoutContainersSaysSoAndOneWithoutControlGroupsSaysNothing) {
  std::filesystem::remove_all(machine.folder / "sys/fs/cgroup");
  start();
  EXPECT_THAT(page(), Not(HasSubstr("\nffwatt_containers ")));
  machine.folder.write("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  next_sample();
  EXPECT_THAT(page(), HasSubstr(line("ffwatt_containers", "0")));
  EXPECT_EQ(fault, "");
}

TEST_F(ContainersCollector, OneThatEndedIsForgotten) {
  write_v2("docker/" + id('a'), "5", "1");
  start();
  (void)page();
  std::filesystem::remove_all(machine.folder / "sys/fs/cgroup/docker");
  next_sample();
  EXPECT_THAT(page(), Not(HasSubstr("ffwatt_container_cpu_seconds_total{")));
  EXPECT_EQ(fault, "");
}

TEST_F(ContainersCollector, AFileThatVanishesCostsItsSeriesAlone) {
  write_v2("docker/" + id('a'), "5000000", "1");
  std::filesystem::remove(machine.folder / ("sys/fs/cgroup/docker/" + id('a') + "/memory.current"));
  start();
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="aaaaaaaaaaaa"})", "5")));
  EXPECT_THAT(text, Not(HasSubstr("ffwatt_container_memory_bytes{")));
  EXPECT_EQ(fault, "");
}

TEST_F(ContainersCollector, OfTenThousandTwoHundredAreShownAndAllAreCounted) {
  machine.folder.write("sys/fs/cgroup/cgroup.controllers", "cpu\n");
  // In memory: so many folders take a busy disk most of a minute.
  const os::Path memory("/dev/shm");
  const auto docker = (std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path()) /
                      base::format("ffwatt-containers-{}", ::getpid());
  std::filesystem::create_directory(docker);
  const base::OnExit gone([&] { std::filesystem::remove_all(docker); });
  std::filesystem::create_directory_symlink(docker, machine.folder / "sys/fs/cgroup/docker");
  for (int i = 0; i < 10000; ++i) std::filesystem::create_directories(docker / base::format("{:012x}{:052x}", i, 7));
  for (int i = 0; i < 300; ++i)
    machine.folder.write(base::format("sys/fs/cgroup/docker/{:012x}{:052x}/memory.current", i, 7), "1\n");
  start();
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(line("ffwatt_containers", "10000")));
  int shown = 0;
  for (auto at = text.find("\nffwatt_container_memory_bytes{"); at != text.npos;
       at = text.find("\nffwatt_container_memory_bytes{", at + 1))
    ++shown;
  EXPECT_EQ(shown, 200);
}

TEST_F(ContainersCollector, TwoIdsThatBeginAlikeAreTwoSeries) {
  write_v2("docker/" + id('a'), "5000000", "1");
  write_v2("docker/" + std::string(63, 'a') + "b", "7000000", "1");
  start();
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="aaaaaaaaaaaa"})", "5")));
  EXPECT_THAT(text, HasSubstr(base::format("{{container=\"{}b\"}} 7\n", std::string(63, 'a'))));
}

TEST_F(ContainersCollector, DockerIsAskedForTheirNamesWhereItsSocketIsGiven) {
  write_v2("docker/" + id('a'), "5000000", "1");
  subjects.docker_socket = machine.folder / "docker.sock";
  DockerSocket docker(subjects.docker_socket);
  docker.answer(base::format(R"([{{"Id":"{}","Names":["/nginx-rtmp"]}},{{"Id":7,"Names":[]}}])", id('a')));
  start();
  EXPECT_THAT(page(), HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="nginx-rtmp"})", "5")));
  EXPECT_EQ(fault, "");
}

TEST_F(ContainersCollector, ADockerThatHangsCostsTheNamesAndNoScrape) {
  write_v2("docker/" + id('a'), "5000000", "1");
  subjects.docker_socket = machine.folder / "docker.sock";
  const DockerSocket hangs(subjects.docker_socket);
  collector = open_containers(world());
  (void)page();  // answered while Docker is waited for
  first_sample();
  EXPECT_THAT(page(), HasSubstr(line(R"(ffwatt_container_cpu_seconds_total{container="aaaaaaaaaaaa"})", "5")));
  EXPECT_THAT(fault, HasSubstr("docker.sock"));
  EXPECT_THAT(fault, HasSubstr("called by their ids"));
}

}  // namespace
}  // namespace exporter
