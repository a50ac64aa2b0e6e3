# postage::core signs, checks and encodes: OpenSSL and cJSON only, no network, clock, environment or globals.
# postage::postage is core, sources and uploads over libcurl and libxml2. postage::sandbox is the strict local endpoint.
#
# Each source is compiled once, into parts: plain archives in which every internal name can be reached, for the tests. The
# libraries that users link are made of their objects, shared and static, and define the names of exports/FILE.list only.
# Each is whole by itself: what two of them need, each has as a private copy, so that all of them can be in one process.

# The number in the sonames. docs/installing.md, "Versions", says when it changes.
set(POSTAGE_ABI 2)

if(BUILD_SHARED_LIBS)
  set(POSTAGE_KIND shared)
else()
  set(POSTAGE_KIND static)
endif()

include(${CMAKE_CURRENT_LIST_DIR}/hiding.cmake)

# postage_add_parts(NAME NEEDS...): the archive postage_NAME_parts. The folder with the sources adds them.
function(postage_add_parts name)
  set(parts postage_${name}_parts)
  add_library(${parts} STATIC)
  target_include_directories(${parts} PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  # Sections by function: who links the one object of an archive with --gc-sections carries only what is called.
  target_compile_options(${parts} PRIVATE -ffunction-sections -fdata-sections)
  target_link_libraries(${parts} PUBLIC ${ARGN} PRIVATE postage_flags)
endfunction()

# The linker's map of a shared library: the listed names, under a version of the library's own, so that a process with two of
# them takes no name of the one for the other's.
function(postage_link_by_list target file list)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
  file(STRINGS ${list} names)
  list(JOIN names "; " names)
  string(TOUPPER ${file} node)
  string(REPLACE "-" "_" node ${node}_${POSTAGE_ABI})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${file}.map CONTENT "${node} { global: @names@; local: *; };\n" @ONLY)
  # Bsymbolic: a library calls its own functions, whatever else is in the process.
  target_link_options(${target} PRIVATE -Wl,--version-script=${PROJECT_BINARY_DIR}/${file}.map -Wl,-Bsymbolic -Wl,--gc-sections)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${PROJECT_BINARY_DIR}/${file}.map)
endfunction()

# postage_add_library(FILE PARTS... [BORROWS PARTS...] NEEDS...): libFILE.so and libFILE.a with all of PARTS and what these need
# of BORROWS. FILE postage-core makes postage::core_shared, postage::core_static and, by BUILD_SHARED_LIBS, postage::core.
function(postage_add_library file)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PARTS;BORROWS;NEEDS")
  string(REPLACE "-" "_" target ${file})
  string(REPLACE "postage-" "" name ${file})
  set(list ${PROJECT_SOURCE_DIR}/cmake/exports/${file}.list)
  list(TRANSFORM arg_PARTS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  list(TRANSFORM arg_BORROWS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE borrowed)

  add_library(${target}_shared SHARED ${objects} ${borrowed})
  set_target_properties(${target}_shared PROPERTIES SOVERSION ${POSTAGE_ABI} VERSION ${POSTAGE_ABI}.${PROJECT_VERSION})
  if(NOT APPLE)
    postage_link_by_list(${target}_shared ${file} ${list})
  endif()

  if(POSTAGE_NOT_HIDING)
    add_library(${target}_static STATIC ${objects} ${borrowed})
  else()
    postage_hide_names(object ${list} PARTS ${arg_PARTS} BORROWS ${arg_BORROWS})
    add_library(${target}_static STATIC ${object})
  endif()

  foreach(kind shared static)
    add_library(postage::${name}_${kind} ALIAS ${target}_${kind})
    set_target_properties(${target}_${kind} PROPERTIES OUTPUT_NAME ${file} EXPORT_NAME ${name}_${kind} LINKER_LANGUAGE C
                          LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    target_include_directories(${target}_${kind} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target}_${kind} PRIVATE ${arg_NEEDS} $<BUILD_INTERFACE:postage_flags>)
    if(NOT POSTAGE_TOP_LEVEL)
      set_target_properties(${target}_${kind} PROPERTIES EXCLUDE_FROM_ALL ON) # built if linked or installed
    endif()
  endforeach()
  add_library(postage::${name} ALIAS ${target}_${POSTAGE_KIND})
endfunction()

set(core_needs OpenSSL::Crypto PkgConfig::CJSON)
postage_add_parts(core ${core_needs})
postage_add_library(postage-core PARTS postage_core_parts NEEDS ${core_needs})
if(NOT POSTAGE_CORE_ONLY)
  set(upload_needs CURL::libcurl LibXml2::LibXml2 Threads::Threads)
  postage_add_parts(upload postage_core_parts ${upload_needs})
  postage_add_library(postage PARTS postage_core_parts postage_upload_parts NEEDS ${core_needs} ${upload_needs})
endif()
