# Compiler, linker and cache settings shared by every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror=return-type)
# -g1: line tables only; full debug information doubles link time on two cores.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
# g++ collects its garbage from 128 MiB on. A large test of ours needs 0.6 GiB without ever collecting, and an eighth
# less time; that is what a compiler may take here.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=786432>) # KiB
endif()

if(FFWATT_SANITIZE)
  # The first finding ends the program: undefined behaviour would else be a line of text in a test that passes.
  add_compile_options(-fsanitize=${FFWATT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FFWATT_SANITIZE})
endif()
if(FFWATT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link) # counters for libFuzzer in all of our code
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# ccache with paths relative to the source tree, so that two build folders of one checkout share results. It knows the
# content of a precompiled header, not which macros and times were looked at in it: ours looks at none.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
