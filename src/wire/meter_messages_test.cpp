#include "wire/meter_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/calibration.h"

namespace wire {
namespace {

using ::testing::HasSubstr;
using units::Joules;
using units::Watts;

TEST(MeterMessages, ARequestComesThroughAsItWas) {
  MeterRequest request;
  request.op = MeterRequest::Op::begin;
  request.name = "job 1", request.control_group = "/sys/fs/cgroup/ffwatt/run-1";
  request.reserved = 0.25, request.cpus = {0, 3};
  EXPECT_EQ(*decode_meter_request(encode(request)), request);
  MeterRequest end;
  end.op = MeterRequest::Op::end, end.handle = 7, end.cpu_time = units::Seconds(1.5);
  EXPECT_EQ(*decode_meter_request(encode(end)), end);
}

TEST(MeterMessages, AReplyComesThroughAsItWas) {
  MeterReply reply;
  reply.handle = 7;
  reply.energy = {
      {jobs::Part::marginal, units::Measured<Joules>::of(Joules(5), Joules(4), Joules(7), units::Quality::measured,
                                                         "powercap", units::Scope::package)}};
  reply.power = units::Measured<Watts>::unmeasurable(units::Scope::package, "too short");
  reply.trace = {{units::Seconds(1), Watts(40)}};
  reply.power_trace = std::string("\0\1bytes", 7);
  reply.caveats = {"one"};
  reply.qualities = {units::Quality::measured, units::Quality::estimated};
  EXPECT_EQ(*decode_meter_reply(encode(reply)), reply);
}

TEST(MeterMessages, WhatCannotBeIsRefusedWithItsPlace) {
  const auto fault = [](std::string_view text) {
    const auto request = decode_meter_request(*json::parse(text));
    return request ? std::string() : request.error().text();
  };
  EXPECT_THAT(fault(R"({"op":"steal"})"), HasSubstr("/op"));
  EXPECT_THAT(fault(R"({"op":"begin","reserved":-1})"), HasSubstr("/reserved"));
  EXPECT_THAT(fault(R"({"op":"begin","cpus":[0.5]})"), HasSubstr("/cpus"));
  EXPECT_THAT(fault(R"({"op":"end","handle":1,"cpu_seconds":-3})"), HasSubstr("/cpu_seconds"));
  EXPECT_THAT(fault(R"({"op":"end","joules":1})"), HasSubstr("/joules"));
}

TEST(Calibration, ComesThroughAsItWas) {
  attribution::Calibration calibration;
  calibration.zones.push_back(
      {.path = "/sys/class/powercap/intel-rapl:0",
       .source = "powercap",
       .baseline = attribution::Baseline{Watts(40), Watts(39), Watts(41), units::Celsius(45),
                                         units::WallTime::from_seconds(1e9), units::Seconds(60)},
       .curve = {{0.5, Watts(90), units::Seconds(30)}}});
  calibration.wall = attribution::WallFactor{units::Scope::package, 1.2, 1.1, 1.3, units::WallTime::from_seconds(1e9)};
  EXPECT_EQ(*decode_calibration(encode(calibration)), calibration);
  calibration.wall->middle = attribution::WallFactor::Middle{Watts(100), Watts(175), Watts(173), Watts(178)};
  EXPECT_EQ(*decode_calibration(encode(calibration)), calibration);
}

TEST(Calibration, BoundsThatDoNotHoldTheValueAreRefused) {
  const auto* text =
      R"({"schema":"ffwatt.calibration/1","zones":[{"zone":"z","source":"s","idle":{"watts":40,"ci95":[41,42],"at":"2026-01-01T00:00:00Z","window_seconds":60}}]})";
  EXPECT_THAT(decode_calibration(*json::parse(text)).error().text(), HasSubstr("/zones/0/idle/ci95"));
  const auto* wall =
      R"({"schema":"ffwatt.calibration/1","zones":[],"wall":{"scope":"package","factor":1.2,"ci95":[1.1,1.3],"at":"2026-01-01T00:00:00Z","middle":{"scope_watts":100,"watts":175,"ci95":[176,180]}}})";
  EXPECT_THAT(decode_calibration(*json::parse(wall)).error().text(), HasSubstr("/wall/middle/ci95"));
}

}  // namespace
}  // namespace wire
