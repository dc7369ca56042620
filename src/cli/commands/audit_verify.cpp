// ffwatt audit verify
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/places.h"
#include "master/audit.h"

namespace cli {
namespace {

class AuditVerify : public Command {
 public:
  options::Shape shape() const override {
    return {
        .description =
            "Look whether an audit log was changed. Each of its lines holds the hash of the one before, so that a line "
            "that was changed, taken out or put in shows. What was cut off at the end shows only against a last hash "
            "that was kept elsewhere. Exit code 1 where something is wrong.",
        .examples = {"ffwatt audit verify", "ffwatt audit verify /var/lib/ffwatt/master/audit.jsonl",
                     "ffwatt audit verify audit-20260131_090507-3f0c11ab.jsonl audit.jsonl"},
        .arguments = {{.name = "FILE",
                       .help = "In the order of their lines; without one, all of the master of this user",
                       .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt audit verify";
    std::vector<os::Path> files(values.arguments.begin(), values.arguments.end());
    if (files.empty()) files = usual(context);
    if (files.empty())
      return complain(context, program,
                      base::Error::absent(base::format("there is no audit log in {}; name one, audit.jsonl in the "
                                                       "master's state folder",
                                                       folder(context).string())));
    std::vector<std::string> texts;
    for (const auto& file : files) {
      auto text = context.host.files.read(file, master::Audit::longest_file + (1u << 20));
      if (!text) return complain(context, program, text.error());
      texts.push_back(std::move(*text));
    }
    const auto verified = master::Audit::verify(texts);
    if (!verified) return complain(context, program, verified.error()), failed;
    context.out << base::format(
        "{} lines, {} to {}{}\nlast hash {}\n", verified->lines, verified->first_at, verified->last_at,
        verified->from_beginning ? "" : ", without those before: name the older files first", verified->last_hash);
    if (verified->unfinished > 0)
      context.err << base::format("{} unfinished line{}, torn when the master was killed or its disk was full\n",
                                  verified->unfinished, verified->unfinished == 1 ? "" : "s");
    return ok;
  }

 private:
  static os::Path folder(const Context& context) { return places(context.environment).state / "master"; }
  // audit-TIME-HASH.jsonl sort by their time, and before audit.jsonl.
  static std::vector<os::Path> usual(const Context& context) {
    std::vector<os::Path> files;
    if (const auto names = context.host.files.list(folder(context)))
      for (const auto& name : *names)
        if (name.starts_with("audit") && name.ends_with(".jsonl")) files.push_back(folder(context) / name);
    return files;
  }
};

}  // namespace

std::unique_ptr<Command> make::audit_verify() { return std::make_unique<AuditVerify>(); }

}  // namespace cli
