# Calls ffwatt_module for a module of floor 1 that wants one of floor 2, and expects to be refused.
cmake_minimum_required(VERSION 3.25)
set(CMAKE_SOURCE_DIR ${CMAKE_CURRENT_LIST_DIR}/../..)
set(CMAKE_BINARY_DIR ${CMAKE_CURRENT_BINARY_DIR}/forbidden)
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/FfwattModule.cmake)
set_property(GLOBAL PROPERTY FFWATT_FLOOR_high 2)
ffwatt_module(low FLOOR 1 DEPENDS high)
