// ffwatt healthcheck: for service managers and containers, which have no curl.
#include <ostream>

#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"

namespace cli {
namespace {

class Healthcheck : public Command {
 public:
  options::Shape shape() const override {
    return {
        .description =
            "Ask a master whether it can serve: it asks its database. Exit code 0 where it can, 1 where not. Without a "
            "key.",
        .examples = {"ffwatt healthcheck", "ffwatt healthcheck --master http://localhost:8080"},
        .options = with_master_options({})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt healthcheck";
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    const auto health = master->health();
    if (!health)
      return complain(context, program, health.error()), failed;  // 1 whatever the reason: Docker asks for it
    context.out << "healthy\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::healthcheck() { return std::make_unique<Healthcheck>(); }

}  // namespace cli
