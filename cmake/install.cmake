# What `cmake --install` leaves for users of the libraries: headers, both kinds of libraries, a CMake package, pkg-config files.
#
# Three components, which are also the packages of packages.cmake: runtime, the shared libraries; tool, the command line (the
# default in tools/postage); development, all that is needed to build (the default elsewhere).
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/postage)
# Found from where the file lies, so that `cmake --install --prefix` may choose another place.
file(RELATIVE_PATH POSTAGE_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

# postage_install_library(FILE [ABOUT TEXT] REQUIRES TEXT [LIBS TEXT]): both kinds of libFILE and its pkg-config file.
function(postage_install_library file)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ABOUT;REQUIRES;LIBS" "")
  string(REPLACE "-" "_" target ${file})
  string(REPLACE "postage-" "" name ${file})
  foreach(kind shared static)
    install(TARGETS ${target}_${kind} EXPORT postage-${name}-${kind}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
    install(EXPORT postage-${name}-${kind} NAMESPACE postage:: DESTINATION ${package} COMPONENT development)
  endforeach()
  configure_file(cmake/postage.pc.in ${PROJECT_BINARY_DIR}/${file}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${file}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()

set(POSTAGE_COMPONENTS core)
postage_install_library(postage-core ABOUT ": signing and checking, without network" REQUIRES "libcrypto >= 3.0 libcjson")
if(TARGET postage::postage)
  list(APPEND POSTAGE_COMPONENTS postage)
  postage_install_library(postage REQUIRES "libcrypto >= 3.0 libcjson libcurl >= 7.88 libxml-2.0" LIBS " -pthread")
endif()
if(TARGET postage::sandbox)
  postage_install_library(postage-sandbox ABOUT ": a strict local endpoint for tests" LIBS " -l${POSTAGE_PARSER} -pthread"
                          REQUIRES "libcrypto >= 3.0 libcjson libevent_core libssl libxml-2.0")
else()
  set(no_sandbox PATTERN sandbox.h EXCLUDE)
endif()

install(DIRECTORY include/postage DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN "*.h" ${no_sandbox})
configure_package_config_file(cmake/postage-config.cmake.in ${PROJECT_BINARY_DIR}/postage-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/postage-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/postage-config.cmake ${PROJECT_BINARY_DIR}/postage-config-version.cmake DESTINATION ${package}
        COMPONENT development)

if(POSTAGE_BUILD_TOOL)
  install(PROGRAMS examples/demo.sh DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT tool)
endif()
file(GLOB examples CONFIGURE_DEPENDS examples/*.[ch] examples/*.js)
install(FILES ${examples} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT development)
