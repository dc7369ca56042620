// ffwatt runs import: runs of files into the list of this machine's runs.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/run_files.h"

namespace cli {
namespace {

constexpr std::string_view me = "ffwatt runs import";

class RunsImport : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Take runs of files into the list of this machine's runs: results files of tests "
                "(test_results_*.json), old ones too, and runs as JSON. What a file does not say stays unknown. A run "
                "that is in the list already is left alone; a file with a fault is taken in not at all.",
            .examples = {"ffwatt runs import test_results/test_results_20260131_090507.json",
                         "ffwatt runs import colleague.json test_results/*.json"},
            .arguments = {{.name = "FILE", .help = "One or more", .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    if (values.arguments.empty())
      return complain(context, me, base::Error::invalid("which file? Such as test_results/test_results_*.json"));
    // All of them are read before any run is kept.
    std::vector<std::pair<std::string, std::vector<jobs::Report>>> files;
    for (const auto& name : values.arguments) {
      auto runs = read_run_file(context.host.files, name);
      if (!runs) return complain(context, me, runs.error());
      files.emplace_back(name, *std::move(runs));
    }
    for (auto& [name, runs] : files)
      if (const int code = keep(context, name, std::move(runs)); code != ok) return code;
    return ok;
  }

 private:
  static int keep(Context& context, const std::string& name, std::vector<jobs::Report> runs) {
    std::size_t taken = 0, there = 0;
    for (auto& run : runs) {
      run.tags["import"] = os::Path(name).filename().string();
      const auto kept = keep_foreign_run(context, run);
      if (!kept) {
        context.err << me << ": " << name << ": " << taken << " of " << runs.size() << " runs are taken in, then: ";
        context.err << kept.error().text() << "\n";
        return exit_code(kept.error());
      }
      *kept == Foreign::taken ? ++taken : ++there;
    }
    context.out << base::format("{}: {} run{} taken in", name, taken, taken == 1 ? "" : "s");
    if (there > 0) context.out << base::format(", {} in the list before", there);
    context.out << "\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_import() { return std::make_unique<RunsImport>(); }

}  // namespace cli
