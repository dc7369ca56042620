# What every test program has in common: GoogleTest, its headers compiled once, and where the source tree lies.
#
# Reading gtest.h and gmock.h costs 1.5 s of each test's file, of which there are some two hundred: a third of a clean
# build. So they are compiled once and taken from there (docs/decisions/0111-precompiled-test-headers.md). Nothing else
# is: a test still includes what it uses. -DFFWATT_TEST_HEADERS=OFF reads them anew in each file.
option(FFWATT_TEST_HEADERS "Compile GoogleTest's headers once for all tests" ON)

if(FFWATT_TEST_HEADERS)
  file(WRITE ${CMAKE_BINARY_DIR}/test_headers.cpp "")
  add_library(ffwatt_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
  target_link_libraries(ffwatt_test_headers PRIVATE GTest::gmock)
  target_precompile_headers(ffwatt_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
endif()

function(ffwatt_is_test target)
  target_link_libraries(${target} PRIVATE GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE FFWATT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(FFWATT_TEST_HEADERS)
    target_precompile_headers(${target} REUSE_FROM ffwatt_test_headers)
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(${target} PRIVATE -fpch-preprocess) # so that ccache sees what a file takes from there
    endif()
  endif()
endfunction()
