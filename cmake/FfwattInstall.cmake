# What `make install` and `make deb` put where: the programs of a service below lib/ffwatt, with a link in bin; units,
# sysusers and tmpfiles where systemd looks; completion where the shells do. One component a package.
include(GNUInstallDirs)

set(unit_folder lib/systemd/system)

# A file under another name, in a component.
function(ffwatt_install_as component source folder name)
  install(FILES ${CMAKE_SOURCE_DIR}/${source} DESTINATION ${folder} RENAME ${name} COMPONENT ${component})
endfunction()

install(TARGETS ffwatt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT ffwatt)
foreach(shell bash zsh fish)
  set(script ${CMAKE_BINARY_DIR}/completion/${shell})
  add_custom_command(OUTPUT ${script} COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completion
                     COMMAND $<TARGET_FILE:ffwatt> completion ${shell} > ${script} DEPENDS ffwatt VERBATIM)
  list(APPEND scripts ${script})
endforeach()
add_custom_target(completion_scripts ALL DEPENDS ${scripts})
install(FILES ${CMAKE_BINARY_DIR}/completion/bash DESTINATION share/bash-completion/completions RENAME ffwatt
        COMPONENT ffwatt)
install(FILES ${CMAKE_BINARY_DIR}/completion/zsh DESTINATION share/zsh/vendor-completions RENAME _ffwatt
        COMPONENT ffwatt)
install(FILES ${CMAKE_BINARY_DIR}/completion/fish DESTINATION share/fish/vendor_completions.d RENAME ffwatt.fish
        COMPONENT ffwatt)

foreach(service master agent exporter)
  set(component ffwatt-${service})
  install(TARGETS ${service} RUNTIME DESTINATION lib/ffwatt COMPONENT ${component})
  # Relative, so that it holds under any prefix.
  install(CODE "
    set(bin \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
    file(MAKE_DIRECTORY \"\${bin}\")
    file(CREATE_LINK ../lib/ffwatt/${service} \"\${bin}/ffwatt-${service}\" SYMBOLIC)" COMPONENT ${component})
  ffwatt_install_as(${component} deployment/ffmpeg-${service}.service ${unit_folder} ffmpeg-${service}.service)
endforeach()
ffwatt_install_as(ffwatt deployment/ffwatt.sysusers lib/sysusers.d ffwatt.conf)
ffwatt_install_as(ffwatt-exporter deployment/ffwatt-exporter.tmpfiles lib/tmpfiles.d ffwatt-exporter.conf)
# -n: no time in it, so that two builds are alike.
execute_process(COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/deployment/debian/changelog OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.gz
                COMMAND_ERROR_IS_FATAL ANY)
foreach(component ffwatt ffwatt-master ffwatt-agent ffwatt-exporter)
  ffwatt_install_as(${component} deployment/debian/copyright share/doc/${component} copyright)
  install(FILES ${CMAKE_BINARY_DIR}/changelog.gz DESTINATION share/doc/${component} COMPONENT ${component})
  ffwatt_install_as(${component} README.md share/doc/${component} README.md)
endforeach()

# ---- Debian packages (`make deb`)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The ffwatt developers <ffwatt@example.org>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_IGNORE_GROUPS ON)
set(CPACK_COMPONENTS_ALL ffwatt ffwatt-master ffwatt-agent ffwatt-exporter)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
function(ffwatt_package component description depends recommends)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${component} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_DESCRIPTION ${description} PARENT_SCOPE)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION ${description} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS ${depends} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_RECOMMENDS ${recommends} PARENT_SCOPE)
  set(scripts ${CMAKE_SOURCE_DIR}/deployment/debian/${component})
  if(EXISTS ${scripts})
    set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA "${scripts}/postinst;${scripts}/prerm;${scripts}/postrm" PARENT_SCOPE)
  endif()
endfunction()
set(same "ffwatt (= ${PROJECT_VERSION})")
ffwatt_package(ffwatt "measures FFmpeg work: joules, watts, cost and CO2 of any command" "" "ffmpeg, nginx-light, libnginx-mod-rtmp")
ffwatt_package(ffwatt-master "queue, results and API of a farm of ffwatt agents" "${same}, systemd" "")
ffwatt_package(ffwatt-agent "runs and measures the jobs of an ffwatt master" "${same}, systemd, ffmpeg" "ffwatt-exporter")
ffwatt_package(ffwatt-exporter "energy of this machine for Prometheus, and its one meter" "${same}, systemd" "")
include(CPack)
