// How a master's nodes read: the list, and one node whole. Pure. What a node did not tell, such as one with an older
// agent, reads "-".
#pragma once

#include <string>
#include <vector>

#include "cli/grid.h"
#include "wire/messages.h"

namespace cli {

std::string nodes_table(const std::vector<wire::NodeView>& nodes, const os::TerminalFacts& terminal);
std::string node_page(const wire::NodeView& view, units::WallTime now, const os::TerminalFacts& terminal);

}  // namespace cli
