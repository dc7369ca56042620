// The write-ahead log of an open database as a file, reached through SQLite, which has it open wherever it lies.
// Inside of `store`.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>

namespace store::sqlite {

// 0 where there is none.
std::size_t log_length(SQLite::Database& database);

// Writes what stands in the log once more, byte for byte, and syncs it: before the first commit of a process. What the
// process before it wrote may be in the kernel's memory alone: a sync that fails is told once, and then the kernel has
// forgotten that there was something to write ("fsyncgate", PostgreSQL, 2018). SQLite reads those frames from there,
// takes them for committed and goes on behind them; the next loss of power would cut the log before them and take all
// that was committed since along. A SQLite result code.
int write_log_again(SQLite::Database& database);

}  // namespace store::sqlite
