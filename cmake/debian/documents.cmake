# Run by cpack on the staged files of each component, before they are packed: what Debian policy wants in every package.
# 12.5 and 12.7: copyright and changelogs under the package's name; 12.1: manual pages are compressed. And Debian's zsh looks for
# completions of packages in a folder of its own.
file(GLOB components LIST_DIRECTORIES true ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*)
foreach(folder IN LISTS components)
  get_filename_component(component ${folder} NAME)
  string(TOUPPER ${component} component)
  set(package ${CPACK_DEBIAN_${component}_PACKAGE_NAME})
  set(documents ${folder}/${CPACK_PACKAGING_INSTALL_PREFIX}/share/doc/${package})
  file(MAKE_DIRECTORY ${documents})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/../../LICENSE ${documents}/copyright COPYONLY)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${documents}/changelog.Debian @ONLY)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/../../CHANGELOG.md ${documents}/changelog COPYONLY)
  if(component STREQUAL "RUNTIME")
    configure_file(${CMAKE_CURRENT_LIST_DIR}/lintian-overrides
                   ${folder}/${CPACK_PACKAGING_INSTALL_PREFIX}/share/lintian/overrides/${package} COPYONLY)
  endif()
  set(zsh ${folder}/${CPACK_PACKAGING_INSTALL_PREFIX}/share/zsh)
  if(EXISTS ${zsh}/site-functions)
    file(RENAME ${zsh}/site-functions ${zsh}/vendor-completions)
  endif()
  file(GLOB_RECURSE pages ${folder}/${CPACK_PACKAGING_INSTALL_PREFIX}/share/man/*.[1-9])
  execute_process(COMMAND gzip -9n ${documents}/changelog.Debian ${documents}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
