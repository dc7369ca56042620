#include "os/perf_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "os/posix.h"
#include "os/processes.h"

namespace os {
namespace {

std::string where(const CounterGroupSpec& spec, const CounterGroupSpec::Event& event) {
  return base::format("{} on CPU {}", event.name, spec.cpu);
}

class KernelGroup final : public CounterGroup {
 public:
  KernelGroup(std::vector<Descriptor> events, std::string name)
      : events_(std::move(events)), name_(std::move(name)), buffer_(events_.size() + 1) {}

  base::Result<void> read(std::span<std::uint64_t> values) override {
    const auto size = buffer_.size() * sizeof buffer_[0];
    for (;;) {
      const auto got = ::read(events_.front().get(), buffer_.data(), size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::Error::from_errno(errno, "reading " + name_);
      // PERF_FORMAT_GROUP: the number of counts, then each. Nothing is what a group in the error state answers.
      if (static_cast<std::size_t>(got) != size || buffer_.front() != events_.size())
        return base::Error::failed(base::format("reading {}: {} bytes came instead of {}", name_, got, size));
      break;
    }
    for (std::size_t i = 0; i < values.size() && i < events_.size(); ++i) values[i] = buffer_[i + 1];
    return {};
  }

 private:
  std::vector<Descriptor> events_;  // the leader first
  std::string name_;
  std::vector<std::uint64_t> buffer_;
};

class KernelEvents final : public PerfEvents {
 public:
  base::Result<std::unique_ptr<CounterGroup>> open_group(const CounterGroupSpec& spec) override {
    std::vector<Descriptor> events;
    for (const auto& event : spec.events) {
      perf_event_attr attributes{};
      attributes.size = sizeof attributes;
      attributes.type = spec.pmu;
      attributes.config = event.config;
      attributes.read_format = PERF_FORMAT_GROUP;
      constexpr pid_t kWholeCpu = -1;
      const int leader = events.empty() ? -1 : events.front().get();
      Descriptor descriptor(static_cast<int>(
          ::syscall(SYS_perf_event_open, &attributes, kWholeCpu, spec.cpu, leader, PERF_FLAG_FD_CLOEXEC)));
      if (!descriptor) return base::Error::from_errno(errno, "opening " + where(spec, event));
      events.push_back(std::move(descriptor));
    }
    if (events.empty()) return base::Error::invalid("a group of no events");
    return std::unique_ptr<CounterGroup>(
        std::make_unique<KernelGroup>(std::move(events), where(spec, spec.events.front())));
  }
};

class FileGroup final : public CounterGroup {
 public:
  void add(std::unique_ptr<HeldFile> file, std::string name) {
    files_.push_back(std::move(file));
    names_.push_back(std::move(name));
  }
  // As with the kernel's groups, all counts or none.
  base::Result<void> read(std::span<std::uint64_t> values) override {
    for (std::size_t i = 0; i < files_.size() && i < values.size(); ++i) {
      std::array<char, 32> buffer;
      FFWATT_TRY(const auto size, files_[i]->read(buffer.data(), buffer.size()));
      const auto text = base::trim(std::string_view(buffer.data(), size));
      const auto value = base::to_unsigned(text);
      if (!value) return base::Error::failed(base::format("reading {}: '{}' is no count", names_[i], text));
      values[i] = *value;
    }
    return {};
  }

 private:
  std::vector<std::unique_ptr<HeldFile>> files_;
  std::vector<std::string> names_;
};

class FileEvents final : public PerfEvents {
 public:
  FileEvents(const Files& files, Root root) : files_(files), root_(std::move(root)) {}
  base::Result<std::unique_ptr<CounterGroup>> open_group(const CounterGroupSpec& spec) override {
    if (spec.events.empty()) return base::Error::invalid("a group of no events");
    auto group = std::make_unique<FileGroup>();
    for (const auto& event : spec.events) {
      FFWATT_TRY(auto file, files_.hold(root_.path(base::format("/perf/{}/{}", spec.cpu, event.name))));
      group->add(std::move(file), where(spec, event));
    }
    return std::unique_ptr<CounterGroup>(std::move(group));
  }

 private:
  const Files& files_;
  Root root_;
};

class NoEvents final : public PerfEvents {
 public:
  base::Result<std::unique_ptr<CounterGroup>> open_group(const CounterGroupSpec&) override {
    return base::Error::absent("this host has no perf counters");
  }
};

}  // namespace

std::unique_ptr<PerfEvents> posix_perf_events() { return std::make_unique<KernelEvents>(); }

std::unique_ptr<PerfEvents> perf_events_from_files(const Files& files, const Root& root) {
  return std::make_unique<FileEvents>(files, root);
}

PerfEvents& no_perf_events() {
  static NoEvents none;
  return none;
}

}  // namespace os
