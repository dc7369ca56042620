# Files of one module that are compiled together, several at a time.
#
# Half of a clean build is reading the same headers again for each file of some hundred lines, and making the same
# instances of the same templates (docs/decisions/0194-files-are-compiled-in-batches.md). Only where the preset says so
# (-DFFWATT_BATCHES=ON): what is linted and fuzzed is compiled file by file, so that a file that does not include what
# it uses, or says the same name twice, is found there.
option(FFWATT_BATCHES "Compile the files of a module several at a time" OFF)

# More would leave one core without work at the end of a module.
set(FFWATT_BATCH 6)

# Plug-ins, which repeat a pattern and its names, stay apart: one file each, that knows of no other.
set(FFWATT_PLUG_INS "/(collectors|commands|layers|routes)/")

function(ffwatt_in_batches target)
  if(FFWATT_BATCHES)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${FFWATT_BATCH})
    # Raised across the files of a batch; within one file they are raised by the presets without batches.
    target_compile_options(${target} PRIVATE -Wno-shadow -Wno-subobject-linkage)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX ${FFWATT_PLUG_INS})
    set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()
