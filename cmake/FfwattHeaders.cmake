# Headers that nearly every file reads, compiled once: those of the standard library, and for tests GoogleTest's too.
#
# Reading them is more than a third of a clean build (docs/decisions/0117-precompiled-headers.md). Only where the preset
# says so (-DFFWATT_PRECOMPILED=ON): what is shipped, fuzzed and linted is compiled without, so that a file that does not
# include what it uses is found there.
option(FFWATT_PRECOMPILED "Compile the most read headers once" OFF)

set(FFWATT_STANDARD_HEADERS <algorithm> <array> <charconv> <chrono> <cmath> <cstdint> <filesystem> <functional> <map> <memory>
    <mutex> <optional> <set> <span> <sstream> <string> <string_view> <thread> <utility> <variant> <vector>)

function(ffwatt_headers name)
  file(WRITE ${CMAKE_BINARY_DIR}/headers/${name}.cpp "")
  add_library(ffwatt_${name}_headers OBJECT ${CMAKE_BINARY_DIR}/headers/${name}.cpp)
  target_precompile_headers(ffwatt_${name}_headers PRIVATE ${FFWATT_STANDARD_HEADERS} ${ARGN})
endfunction()

# Gives each library and program that was declared in folder, and below it, the headers of its kind.
function(ffwatt_precompile folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(kind ${target} FFWATT_HEADERS)
    if(NOT kind)
      set(kind code)
    endif()
    if(type MATCHES "^(STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE)$" AND NOT target MATCHES "_headers$")
      target_precompile_headers(${target} REUSE_FROM ffwatt_${kind}_headers)
      if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        # -fpch-preprocess: so that ccache sees what a file takes from there. The four warnings: g++ 12 raises them falsely
        # on standard containers that it inlines out of precompiled headers, and never on the same files without; the
        # presets without precompiled headers keep them.
        target_compile_options(${target} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-maybe-uninitialized
            -Wno-stringop-overflow -Wno-stringop-overread)
      endif()
    endif()
  endforeach()
  get_property(below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(folder IN LISTS below)
    ffwatt_precompile(${folder})
  endforeach()
endfunction()

# Called when all targets are declared.
function(ffwatt_precompile_all)
  if(FFWATT_PRECOMPILED)
    ffwatt_headers(code)
    if(FFWATT_TESTS)
      ffwatt_headers(test <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(ffwatt_test_headers PRIVATE GTest::gmock)
    endif()
    ffwatt_precompile(${CMAKE_SOURCE_DIR})
  endif()
endfunction()
