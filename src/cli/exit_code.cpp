#include "cli/exit_code.h"

namespace cli {

int exit_code(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::retry:
      return try_again;
    case base::ErrorKind::denied:
      return no_permission;
    case base::ErrorKind::invalid:
      return usage;
    case base::ErrorKind::absent:
    case base::ErrorKind::failed:
      break;
  }
  return failed;
}

}  // namespace cli
