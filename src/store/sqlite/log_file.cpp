#include "store/sqlite/log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace store::sqlite {
namespace {

// https://www.sqlite.org/fileformat2.html#walformat
constexpr std::int64_t header_bytes = 32, frame_header_bytes = 24;
// SQLite's unix VFS writes the lowest 17 bits of what it is asked to (seekAndWriteFd): it has never more than a page.
constexpr std::int64_t piece_bytes = 64 << 10;
constexpr int page_size_at = 8, salts_at = 16, frame_salts_at = 8, salts_bytes = 8;

sqlite3_file* log_of(SQLite::Database& database) {
  sqlite3_file* log = nullptr;
  const int found = sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  return found == SQLITE_OK && log && log->pMethods ? log : nullptr;
}

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// To the end of the last frame that belongs to this header; behind it are those of an earlier round, or nothing yet.
int used_part(sqlite3_file* log, std::int64_t length, std::int64_t& used) {
  used = 0;
  unsigned char header[header_bytes], frame[frame_header_bytes];
  if (length < header_bytes) return SQLITE_OK;
  if (const int code = log->pMethods->xRead(log, header, header_bytes, 0); code != SQLITE_OK) return code;
  used = header_bytes;
  const std::int64_t page = big_endian(header + page_size_at);
  if (page < 512) return SQLITE_OK;
  while (used + frame_header_bytes + page <= length) {
    if (const int code = log->pMethods->xRead(log, frame, frame_header_bytes, used); code != SQLITE_OK) return code;
    if (std::memcmp(frame + frame_salts_at, header + salts_at, salts_bytes) != 0) break;
    used += frame_header_bytes + page;
  }
  return SQLITE_OK;
}

}  // namespace

std::size_t log_length(SQLite::Database& database) {
  sqlite3_file* log = log_of(database);
  sqlite3_int64 length = 0;
  if (!log || log->pMethods->xFileSize(log, &length) != SQLITE_OK) return 0;
  return static_cast<std::size_t>(length);
}

int write_log_again(SQLite::Database& database) {
  sqlite3_file* log = log_of(database);
  if (!log) return SQLITE_OK;  // none is open: there is nothing in one
  std::int64_t used = 0;
  sqlite3_int64 length = 0;
  if (const int code = log->pMethods->xFileSize(log, &length); code != SQLITE_OK) return code;
  if (const int code = used_part(log, length, used); code != SQLITE_OK) return code;
  if (used == 0) return SQLITE_OK;
  std::vector<char> piece(piece_bytes);
  for (std::int64_t at = 0; at < used;) {
    const int size = static_cast<int>(std::min(used - at, piece_bytes));
    if (const int code = log->pMethods->xRead(log, piece.data(), size, at); code != SQLITE_OK) return code;
    if (const int code = log->pMethods->xWrite(log, piece.data(), size, at); code != SQLITE_OK) return code;
    at += size;
  }
  return log->pMethods->xSync(log, SQLITE_SYNC_FULL);
}

}  // namespace store::sqlite
