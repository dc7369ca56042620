# What every test program has in common: GoogleTest, and where the source tree lies.
function(ffwatt_is_test target)
  target_link_libraries(${target} PRIVATE GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE FFWATT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${target} PROPERTIES FFWATT_HEADERS test)
endfunction()
