# ffwatt_module(<name> FLOOR <n> [DEPENDS <module>…] [TEST_DEPENDS <module>…] [LIBRARIES <target>…] [TEST_LIBRARIES <target>…]
#               [MUTANTS])
#
# Declares the folder src/<name> as module, namespace and target. The floors of ARCHITECTURE.md are enforced twice:
# - a module may only depend on modules of a smaller floor, which must already be declared;
# - the module's only include directory is a view: a folder of links to itself, the modules it depends on, and the
#   closure of theirs. An include of anything else does not compile, in tests (which see TEST_DEPENDS too) as in code.
# LIBRARIES are third-party targets; they stay private to the module (PUBLIC_LIBRARIES where a header needs them).

file(REMOVE_RECURSE ${CMAKE_BINARY_DIR}/views)

function(ffwatt_view out folder)
  set(modules ${ARGN})
  set(closure ${modules})
  foreach(module IN LISTS modules)
    get_property(reached GLOBAL PROPERTY FFWATT_CLOSURE_${module})
    list(APPEND closure ${reached})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set(view ${CMAKE_BINARY_DIR}/views/${folder})
  file(MAKE_DIRECTORY ${view})
  foreach(module IN LISTS closure)
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${module} ${view}/${module} SYMBOLIC)
  endforeach()
  set(${out} ${view} PARENT_SCOPE)
endfunction()

function(ffwatt_module name)
  cmake_parse_arguments(M "MUTANTS" "FLOOR" "DEPENDS;TEST_DEPENDS;LIBRARIES;PUBLIC_LIBRARIES;TEST_LIBRARIES" ${ARGN})
  if(NOT DEFINED M_FLOOR)
    message(FATAL_ERROR "src/${name}: ffwatt_module needs FLOOR")
  endif()
  set(closure ${M_DEPENDS})
  foreach(dependency IN LISTS M_DEPENDS M_TEST_DEPENDS)
    get_property(floor GLOBAL PROPERTY FFWATT_FLOOR_${dependency})
    if(floor STREQUAL "")
      message(FATAL_ERROR "src/${name}: module '${dependency}' is not declared before it")
    elseif(dependency IN_LIST M_DEPENDS AND NOT floor LESS M_FLOOR)
      message(FATAL_ERROR "src/${name} (floor ${M_FLOOR}) may not use '${dependency}' (floor ${floor})")
    endif()
  endforeach()
  foreach(dependency IN LISTS M_DEPENDS)
    get_property(reached GLOBAL PROPERTY FFWATT_CLOSURE_${dependency})
    list(APPEND closure ${reached})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set_property(GLOBAL PROPERTY FFWATT_FLOOR_${name} ${M_FLOOR})
  set_property(GLOBAL PROPERTY FFWATT_CLOSURE_${name} "${closure}")

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_fuzz\\.cpp$") # cmake/FfwattFuzz.cmake
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "(_test|_conformance)\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_conformance)\\.cpp$")

  ffwatt_view(view ${name} ${name} ${M_DEPENDS})
  list(TRANSFORM M_DEPENDS PREPEND ffwatt_ OUTPUT_VARIABLE dependency_targets)
  if(sources)
    add_library(ffwatt_${name} STATIC ${sources})
    target_include_directories(ffwatt_${name} PRIVATE ${view})
    target_link_libraries(ffwatt_${name} PUBLIC ${dependency_targets} ${M_PUBLIC_LIBRARIES} PRIVATE ${M_LIBRARIES})
    if(FFWATT_TESTS AND M_MUTANTS)
      target_compile_definitions(ffwatt_${name} PRIVATE FFWATT_MUTANTS) # base/mutants.h
    endif()
  else()
    add_library(ffwatt_${name} INTERFACE)
    target_link_libraries(ffwatt_${name} INTERFACE ${dependency_targets} ${M_PUBLIC_LIBRARIES})
  endif()

  if(FFWATT_TESTS AND tests)
    ffwatt_view(test_view ${name}.test ${name} ${M_DEPENDS} ${M_TEST_DEPENDS})
    list(TRANSFORM M_TEST_DEPENDS PREPEND ffwatt_ OUTPUT_VARIABLE test_targets)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${test_view})
    target_link_libraries(${name}_test PRIVATE ffwatt_${name} ${test_targets} ${M_LIBRARIES} ${M_TEST_LIBRARIES})
    ffwatt_is_test(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()

# ffwatt_program(<name> SOURCES … DEPENDS …): a program of floor 10, or a whole-program test.
function(ffwatt_view_for target)
  ffwatt_view(view program.${target} ${ARGN})
  target_include_directories(${target} PRIVATE ${view})
  list(TRANSFORM ARGN PREPEND ffwatt_ OUTPUT_VARIABLE targets)
  target_link_libraries(${target} PRIVATE ${targets})
endfunction()
