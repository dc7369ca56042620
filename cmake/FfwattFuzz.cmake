# ffwatt_fuzz(<module>): makes programs of each NAME_fuzz.cpp of src/<module> (what is in one: os_testing/fuzz_target.h).
#
# NAME_seeds tries the target's seeds and is a test of every build, so that no target rots; with FFWATT_FUZZ also
# NAME_fuzz, driven by libFuzzer. Called when all modules are declared, so that a target may use os_testing whatever its
# module's floor.
function(ffwatt_fuzz module)
  file(GLOB_RECURSE targets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${module}/*_fuzz.cpp)
  if(NOT targets)
    return()
  endif()
  ffwatt_view(view ${module}.fuzz ${module} os_testing)
  foreach(source IN LISTS targets)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${name})
    if(FFWATT_TESTS)
      ffwatt_fuzz_program(${name}_seeds ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds_main.cpp)
      add_test(NAME fuzz_seeds_${name} COMMAND ${name}_seeds)
      set_tests_properties(fuzz_seeds_${name} PROPERTIES LABELS unit TIMEOUT 60)
    endif()
    if(FFWATT_FUZZ)
      ffwatt_fuzz_program(${name}_fuzz ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz/libfuzzer.cpp)
      target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY FFWATT_FUZZ_TARGETS ${name}_fuzz)
    endif()
  endforeach()
endfunction()

macro(ffwatt_fuzz_program program)
  add_executable(${program} ${ARGN})
  target_include_directories(${program} PRIVATE ${view})
  target_link_libraries(${program} PRIVATE ffwatt_${module} ffwatt_os_testing)
  target_compile_definitions(${program} PRIVATE FFWATT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endmacro()
