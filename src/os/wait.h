// Waiting for descriptors, a deadline on CLOCK_BOOTTIME and a stop request at once. Used inside of `os` and by the loop
// around a running command (runner/child_watch.h); others use Clock, Process and SignalSet. Any thread; no busy loop.
#pragma once

#include <poll.h>

#include <span>
#include <stop_token>

#include "units/time.h"

namespace os {

enum class WaitEnd { readable, deadline, stopped };

// Fills revents of `descriptors` (entries of -1 are passed over, as poll does). What is readable wins over a deadline
// that has passed, and a stop request over both.
WaitEnd wait_readable(std::span<pollfd> descriptors, units::BootTime deadline, const std::stop_token& stop);

units::BootTime boot_time_now();

// A wait no longer than this may go by CLOCK_MONOTONIC, which stands still while the machine sleeps: that makes it late
// by no more. It saves the descriptor of a timer, and the meter waits ten times a second.
inline constexpr units::Seconds kBriefWait{1};

}  // namespace os
