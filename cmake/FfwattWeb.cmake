# ffwatt_web(<target>): builds the dashboard of web/ and puts it into the target, as files that the master serves.
#
# The modules that it is built with (web/package-lock.json) are fetched once into the build folder, without running
# anything of theirs; after that only a changed file of web/ runs esbuild, for a second. -DFFWATT_WEB=OFF builds the
# programs without it, where there is neither npm nor a network: /ui then says so.
option(FFWATT_WEB "Build the dashboard into the programs (needs npm)" ON)

function(ffwatt_web target)
  set(web ${CMAKE_SOURCE_DIR}/web)
  if(NOT FFWATT_WEB)
    target_sources(${target} PRIVATE ${web}/no_assets.cpp)
    return()
  endif()
  find_program(NPM npm REQUIRED)
  find_program(NODE node REQUIRED)
  set(out ${CMAKE_BINARY_DIR}/web)
  set(modules ${out}/modules)
  set(lock ${web}/package.json ${web}/package-lock.json)
  add_custom_command(OUTPUT ${modules}/done
    COMMAND ${CMAKE_COMMAND} -E make_directory ${modules}
    COMMAND ${CMAKE_COMMAND} -E copy ${lock} ${modules}
    COMMAND ${NPM} ci --prefix ${modules} --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --silent
    COMMAND ${CMAKE_COMMAND} -E touch ${modules}/done
    DEPENDS ${lock} VERBATIM COMMENT "Fetching what the dashboard is built with (npm ci)")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*)
  set(embedded ${out}/built/web_assets.cpp)
  add_custom_command(OUTPUT ${embedded}
    COMMAND ${NODE} ${web}/build.mjs ${modules} ${out}/built
    DEPENDS ${sources} ${web}/build.mjs ${modules}/done VERBATIM COMMENT "Building the dashboard")
  target_sources(${target} PRIVATE ${embedded})
  # The bytes come in by .incbin, which neither ccache nor a precompiled header has to know of.
  set_source_files_properties(${embedded} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
