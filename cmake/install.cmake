# What `cmake --install` leaves for users of the library: headers, libraries, a CMake package and pkg-config files.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(postage_core PROPERTIES EXPORT_NAME core)
target_include_directories(postage_core PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/postage)
install(DIRECTORY include/postage DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
        PATTERN "sandbox.h" EXCLUDE)
install(TARGETS postage_core postage EXPORT postage_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT postage_targets NAMESPACE postage:: FILE postage-targets.cmake DESTINATION ${package})

configure_package_config_file(cmake/postage-config.cmake.in ${PROJECT_BINARY_DIR}/postage-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/postage-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/postage-config.cmake ${PROJECT_BINARY_DIR}/postage-config-version.cmake DESTINATION ${package})

# Found from where the file lies, so that `cmake --install --prefix` may choose another place.
file(RELATIVE_PATH POSTAGE_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/postage.pc.in ${PROJECT_BINARY_DIR}/postage.pc @ONLY)
configure_file(cmake/postage-core.pc.in ${PROJECT_BINARY_DIR}/postage-core.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/postage.pc ${PROJECT_BINARY_DIR}/postage-core.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The sandbox is a component of its own, so that who uploads need not have libevent.
if(TARGET postage_sandbox)
  set_target_properties(postage_sandbox PROPERTIES EXPORT_NAME sandbox)
  install(FILES include/postage/sandbox.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/postage)
  install(TARGETS postage_sandbox EXPORT postage_sandbox_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT postage_sandbox_targets NAMESPACE postage:: FILE postage-sandbox-targets.cmake DESTINATION ${package})
  configure_file(cmake/postage-sandbox.pc.in ${PROJECT_BINARY_DIR}/postage-sandbox.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/postage-sandbox.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
