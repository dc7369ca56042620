// TestCommand: what `ffwatt test single|multi|batch|suite` have in common: they differ in how a plan comes about.
#pragma once

#include <string_view>

#include "cli/command.h"
#include "cli/stream_test/plan.h"

namespace cli::stream_test {

class TestCommand : public Command {
 public:
  int run(Context& context, const options::Values& values) final;

 protected:
  // `shape` with the options that all of them have.
  static options::Shape with_common_options(options::Shape shape);
  virtual std::string_view program() const = 0;  // "ffwatt test single"
  virtual base::Result<Plan> plan(Context& context, const options::Values& values) const = 0;
};

}  // namespace cli::stream_test
