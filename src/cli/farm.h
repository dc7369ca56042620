// What the commands of a farm share: which master, with which key, and how a job is followed.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "client/master_client.h"

namespace cli {

// --master and --key-file.
std::vector<options::Option> master_options();
// `own` and the master's.
std::vector<options::Option> with_master_options(std::vector<options::Option> own);
// Of a master on this machine the key is found where it keeps it, for who may read that, where a command needs it.
enum class As { anybody, admin };
base::Result<client::MasterClient> open_master(Context& context, const options::Values& values, As as = As::anybody);

// Prints the error; a master that does not answer is exit code 69.
int complain_of_master(Context& context, std::string_view program, const base::Error& error);

// Waits until the job is over; tells each change of its state on err. The last state of the job.
base::Result<jobs::Job> watch_job(Context& context, client::MasterClient& master, const std::string& id);
// What a finished job reads like: its summary, or why there is none. Exit code: 0 completed, 1 else.
int show_finished(Context& context, const jobs::Job& job);

}  // namespace cli
