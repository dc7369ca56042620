// ffwatt token create, ls, revoke: what opens a farm, and for what.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/grid.h"
#include "cli/job_page.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/tokens.h"

namespace cli {
namespace {

using Type = options::Option::Type;

options::Option json_option(const std::string& help) { return {.flag = "json", .type = Type::toggle, .help = help}; }

class TokenCreate : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt token create --scope submit --name ci", "ffwatt token create --scope enrol",
                     "ffwatt token create --scope read --expires 30d"},
        .options = with_master_options(
            {{.flag = "scope",
              .value_name = "SCOPE",
              .help = "What it opens: read (look), submit (look, and submit and change jobs), enrol (let in one node, "
                      "within an hour), worker (what any node does), admin (everything)"},
             {.flag = "name", .value_name = "TEXT", .help = "What it is for: histories and lists show it"},
             {.flag = "expires",
              .type = Type::duration,
              .help = "How long it opens anything; an enrol token an hour at most, others until they are revoked"},
             json_option("Print id, scope, times and the token as JSON")})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt token create";
    if (!values.has("scope"))
      return complain(context, program,
                      base::Error::invalid("--scope: say what it is to open: read, submit, enrol, worker or admin"));
    const auto scope = jobs::parse_scope(values.text("scope"));
    if (!scope) return complain(context, program, scope.error().in("--scope"));
    wire::TokenWish wish{.scope = *scope};
    if (values.has("name")) wish.name = values.text("name");
    if (values.has("expires")) wish.lifetime = values.duration("expires");
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    const auto made = master->create_token(wish);
    if (!made) return complain_of_master(context, program, made.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(*made), json::Layout::indented) << "\n";
      return ok;
    }
    const auto& token = *made;
    context.out << token.text << "\n";
    context.err << base::format(
        "{} token {}{}. It is shown this once; keep it in a file that only its user can read "
        "(--key-file). Undo: ffwatt token revoke {}\n",
        jobs::name(token.scope), token.id, token.expires ? ", until " + units::rfc3339(*token.expires) : "", token.id);
    return ok;
  }
};

class TokenLs : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt token ls"},
            .options = with_master_options({json_option("Print JSON: {\"tokens\": [...], \"count\"}")})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt token ls";
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    const auto tokens = master->tokens();
    if (!tokens) return complain_of_master(context, program, tokens.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode_tokens(*tokens), json::Layout::indented) << "\n";
      return ok;
    }
    const auto now = context.host.clock.wall();
    std::vector<Row> rows{{"id", "scope", "made", "expires", "for"}};
    for (const auto& token : *tokens)
      rows.push_back({token.id, std::string(jobs::name(token.scope)), ago(token.created, now),
                      token.expires ? (*token.expires <= now ? "expired" : units::rfc3339(*token.expires)) : "-",
                      (token.node ? "node " : "") + (token.name.empty() ? std::string("-") : token.name)});
    context.out << grid(rows, context.out_terminal);
    if (tokens->empty())
      context.err << "No token yet; the key of the key file opens everything. Make one: ffwatt token create --scope "
                     "submit --name ci\n";
    return ok;
  }
};

class TokenRevoke : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt token revoke 3k7f22qm"},
            .options = with_master_options({}),
            .arguments = {{.name = "ID", .help = "As `ffwatt token ls` lists it; not the token itself"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt token revoke";
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    auto id = values.arguments.front();
    // Whoever pastes the whole token means its id; the rest of it need not travel.
    if (const auto token = jobs::parse_token(id)) id = token->id;
    if (const auto gone = master->revoke_token(id); !gone) return complain_of_master(context, program, gone.error());
    context.out << base::format("token {} opens nothing any more\n", id);
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::token_create() { return std::make_unique<TokenCreate>(); }
std::unique_ptr<Command> make::token_ls() { return std::make_unique<TokenLs>(); }
std::unique_ptr<Command> make::token_revoke() { return std::make_unique<TokenRevoke>(); }

}  // namespace cli
