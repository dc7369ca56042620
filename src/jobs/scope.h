// Scope: what a caller may do on a farm. One for each purpose, so that what leaks opens as little as it can.
#pragma once

#include <string_view>

#include "base/result.h"

namespace jobs {

// read: look at everything; submit: that, and submit and change jobs; enrol: register a node; worker: what a node does;
// admin: everything.
enum class Scope { read, submit, enrol, worker, admin };
std::string_view name(Scope scope);
base::Result<Scope> parse_scope(std::string_view text);
// Whether what `needed` allows is allowed to whoever has `has`.
bool covers(Scope has, Scope needed);

}  // namespace jobs
