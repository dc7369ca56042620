// Address: where a database is, as people write it, and without its password, as it may be printed. A value. Inside of
// `store`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace store::postgres {

class Address {
 public:
  // postgres://user@host:port/database?parameter=value, or postgresql://…. invalid: what form it should have; the text
  // never repeats it, for it may hold a password.
  static base::Result<Address> parse(const std::string& url);

  // "PostgreSQL database farm at db.example.org:5432"
  const std::string& text() const { return text_; }
  // Names and values for libpq.
  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }

 private:
  std::string text_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace store::postgres
