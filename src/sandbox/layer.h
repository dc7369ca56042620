// One layer of the sandbox, as its file in layers/ defines it. Inside of `sandbox`.
#pragma once

#include <functional>

#include "sandbox/sandbox.h"

namespace sandbox {

// What the parent made ready: the child's step (none where the parent has done all), and how the layer stands.
struct Prepared {
  std::shared_ptr<const os::ChildStep> step;
  std::string detail;
  std::optional<units::Bytes> memory_limit{};
};

// Errors: absent where this machine lacks what the layer needs, or it has nothing to do here; the text is the reason
// that people read. Any other kind: the bounds cannot be kept.
using Prepare = base::Result<Prepared> (*)(os::Host& host, const Bounds& bounds);

namespace layers {
#define SANDBOX_LAYER(name, purpose) base::Result<Prepared> name(os::Host& host, const Bounds& bounds);
#include "sandbox/layers.def"
#undef SANDBOX_LAYER
}  // namespace layers

// A step out of a function object that only makes system calls; it answers 0 or errno.
template <class Apply>
std::shared_ptr<const os::ChildStep> step(std::string_view name, Apply apply) {
  class Step final : public os::ChildStep {
   public:
    Step(std::string_view name, Apply apply) : name_(name), apply_(std::move(apply)) {}
    std::string_view name() const override { return name_; }
    int apply() const noexcept override { return apply_(); }

   private:
    std::string_view name_;
    Apply apply_;
  };
  return std::make_shared<Step>(name, std::move(apply));
}

// What an unprivileged process must promise before it may narrow itself by Landlock or seccomp. In the child; 0 or
// errno.
int promise_no_new_rights();

// Whether a program that does nothing ends well after this step. The reason where it does not.
base::Result<void> try_out(os::Host& host, std::shared_ptr<const os::ChildStep> step);

}  // namespace sandbox
