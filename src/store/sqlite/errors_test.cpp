#include "store/sqlite/errors.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace store::sqlite {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

TEST(SqliteErrors, AreOfTheKindByWhichOneActs) {
  struct Case {
    int code;
    ErrorKind kind;
    const char* says;
  };
  const Case cases[] = {
      {SQLITE_BUSY, ErrorKind::retry, "another process uses it"},
      {SQLITE_BUSY_SNAPSHOT, ErrorKind::retry, "another process uses it"},
      {SQLITE_LOCKED, ErrorKind::retry, "another process uses it"},
      {SQLITE_FULL, ErrorKind::failed, "free space on its disk"},
      {SQLITE_IOERR_SHMSIZE, ErrorKind::failed, "free space on its disk"},
      {SQLITE_IOERR, ErrorKind::failed, "the disk refused; stop"},
      {SQLITE_IOERR_FSYNC, ErrorKind::failed, "the disk refused; stop"},
      {SQLITE_CORRUPT, ErrorKind::failed, "restore the last backup"},
      {SQLITE_CORRUPT_INDEX, ErrorKind::failed, "restore the last backup"},
      {SQLITE_NOTADB, ErrorKind::failed, "no database of ffwatt"},
      {SQLITE_READONLY, ErrorKind::denied, "may not write"},
      {SQLITE_READONLY_DIRECTORY, ErrorKind::denied, "may not write"},
      {SQLITE_CANTOPEN, ErrorKind::denied, "may read and write it"},
      {SQLITE_TOOBIG, ErrorKind::invalid, "larger than a row"},
      {SQLITE_MISUSE, ErrorKind::failed, "SQLite code 21"},
      {SQLITE_CONSTRAINT_NOTNULL, ErrorKind::failed, "SQLite code 1299"},
  };
  for (const auto& c : cases) {
    const auto error = error_of(c.code, "its words", "writing", "/var/jobs.db");
    EXPECT_EQ(error.kind(), c.kind) << c.code;
    EXPECT_THAT(error.text(), HasSubstr(c.says)) << c.code;
    EXPECT_THAT(error.text(), HasSubstr("writing /var/jobs.db: its words")) << c.code;
  }
}

TEST(SqliteErrors, OfTheDiskAreFatalAndOfAFullDiskAreNot) {
  EXPECT_TRUE(is_fatal(SQLITE_IOERR_FSYNC));
  EXPECT_TRUE(is_fatal(SQLITE_CORRUPT_SEQUENCE));
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_SHMSIZE}) {
    EXPECT_FALSE(is_fatal(code));
    EXPECT_TRUE(is_full(code));
  }
  for (const int code : {SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, SQLITE_CORRUPT, SQLITE_BUSY})
    EXPECT_FALSE(is_full(code));
  EXPECT_FALSE(is_fatal(SQLITE_BUSY));
}

TEST(SqliteErrors, OfAFileThatCannotBeMadeAreThoseOfItsDisk) {
  EXPECT_EQ(code_by_cause(SQLITE_CANTOPEN, ENOSPC), SQLITE_FULL);
  EXPECT_EQ(code_by_cause(SQLITE_CANTOPEN, EDQUOT), SQLITE_FULL);
  EXPECT_EQ(code_by_cause(SQLITE_CANTOPEN, EIO), SQLITE_IOERR);
  EXPECT_EQ(code_by_cause(SQLITE_CANTOPEN, EACCES), SQLITE_CANTOPEN);
  EXPECT_EQ(code_by_cause(SQLITE_CANTOPEN_ISDIR, EISDIR), SQLITE_CANTOPEN_ISDIR);
  EXPECT_EQ(code_by_cause(SQLITE_IOERR_FSYNC, ENOSPC), SQLITE_IOERR_FSYNC) << "what was written may be lost";
}

}  // namespace
}  // namespace store::sqlite
