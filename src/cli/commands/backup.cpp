// ffwatt backup: a copy of a master's database, made while it runs. The master chooses where it lies.
#include <ostream>

#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/listings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class Backup : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Have a master copy its database while it goes on working, and print the file's name, which is on the "
                "master's machine. It keeps the newest copies.",
            .examples = {"ffwatt backup", "ffwatt backup --master http://master:8080 --key-file admin.token"},
            .options = with_master_options({{.flag = "json", .type = Type::toggle, .help = "Print JSON"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt backup";
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    const auto file = master->backup();
    if (!file) return complain_of_master(context, program, file.error());
    if (values.toggle("json"))
      context.out << json::write(wire::encode_backup(*file), json::Layout::indented) << "\n";
    else
      context.out << *file << "\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::backup() { return std::make_unique<Backup>(); }

}  // namespace cli
