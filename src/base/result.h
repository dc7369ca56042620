// Result: a value, or the Error that explains its absence. The one way in which ffwatt reports failure.
//
// Error kinds are the caller's choices, not the callee's causes: what matters at three in the morning is what to do
// next. The text is for people and says what, where, why and what to do; context is added on the way up with in().
// Values: copyable, thread-compatible, no exceptions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace base {

enum class ErrorKind {
  retry,    // it may work later without anybody's doing: busy, timeout, network
  failed,   // it will not work: give up and report
  absent,   // it is not here: a quiet outcome (no such sensor, job or file), never a zero
  invalid,  // the caller's fault: change the input
  denied,   // the rights are missing: the text names the right and how to get it
};
std::string_view name(ErrorKind kind);

class [[nodiscard]] Error {
 public:
  Error(ErrorKind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
  static Error retry(std::string text) { return {ErrorKind::retry, std::move(text)}; }
  static Error failed(std::string text) { return {ErrorKind::failed, std::move(text)}; }
  static Error absent(std::string text) { return {ErrorKind::absent, std::move(text)}; }
  static Error invalid(std::string text) { return {ErrorKind::invalid, std::move(text)}; }
  static Error denied(std::string text) { return {ErrorKind::denied, std::move(text)}; }
  // From an errno value: EACCES and EPERM are denied, ENOENT and ENODEV absent, EAGAIN, EINTR and EBUSY retry.
  static Error from_errno(int number, std::string_view what);

  ErrorKind kind() const { return kind_; }
  const std::string& text() const { return text_; }

  // The same error, one level up: "reading /etc/x: no such file".
  Error in(std::string_view context) const { return {kind_, std::string(context) + ": " + text_}; }

 private:
  ErrorKind kind_;
  std::string text_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: conversion is the point
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  // Only after ok(); std::bad_variant_access otherwise, which is a bug and ends the program.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T fallback) const& { return ok() ? value() : std::move(fallback); }

  const Error& error() const { return std::get<1>(state_); }
  Result in(std::string_view context) && {
    if (ok()) return std::move(*this);
    return error().in(context);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() : error_(ErrorKind::failed, {}), ok_(true) {}
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: conversion is the point

  explicit operator bool() const { return ok_; }
  bool ok() const { return ok_; }
  const Error& error() const { return error_; }
  Result in(std::string_view context) && {
    if (ok_) return {};
    return error_.in(context);
  }

 private:
  Error error_;
  bool ok_;
};

// FFWATT_TRY(auto x, f()); returns f's error from the enclosing function, else binds the value.
// FFWATT_CHECK(g()); the same for Result<void>.
#define FFWATT_JOIN_(a, b) a##b
#define FFWATT_JOIN(a, b) FFWATT_JOIN_(a, b)
#define FFWATT_TRY_(result, declaration, ...)    \
  auto result = (__VA_ARGS__);                   \
  if (!result) return std::move(result).error(); \
  declaration = std::move(result).value()
#define FFWATT_TRY(declaration, ...) FFWATT_TRY_(FFWATT_JOIN(result_, __LINE__), declaration, __VA_ARGS__)
#define FFWATT_CHECK(...) \
  if (auto result_ = (__VA_ARGS__); !result_) return std::move(result_).error()

}  // namespace base
