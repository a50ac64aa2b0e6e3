# Archives with hidden names: the objects are linked into one (`cc -r`), in which objcopy makes every name local but the listed.
#
# Where the toolchain cannot do that (no objcopy, link-time optimisation), or must not (sanitizers and fuzzers look at symbols),
# POSTAGE_NOT_HIDING has the reason, and an archive holds the objects as they are.

# The compiler as CMake calls it: CC="gcc -m32" and clang's --target decide what kind of objects the linker is to join.
separate_arguments(POSTAGE_COMPILER NATIVE_COMMAND "${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}")
list(PREPEND POSTAGE_COMPILER ${CMAKE_C_COMPILER})
if(CMAKE_C_COMPILER_TARGET AND CMAKE_C_COMPILE_OPTIONS_TARGET)
  list(APPEND POSTAGE_COMPILER ${CMAKE_C_COMPILE_OPTIONS_TARGET}${CMAKE_C_COMPILER_TARGET})
endif()

# postage_try_hiding(REASON): tried, not guessed.
function(postage_try_hiding reason)
  set(work ${PROJECT_BINARY_DIR}/CMakeFiles/hiding)
  file(WRITE ${work}/try.c "int hidden(void);\nint hidden(void) { return 1; }\nint kept(void);\nint kept(void) { return hidden(); }\n")
  file(WRITE ${work}/try.list "kept\n")
  set(${reason} "" PARENT_SCOPE)
  foreach(command "${POSTAGE_COMPILER};-c;try.c;-o;try.o" "${POSTAGE_COMPILER};-r;-nostdlib;try.o;-o;one.o"
                  "${CMAKE_OBJCOPY};--keep-global-symbols=try.list;one.o" "${CMAKE_NM};-g;one.o")
    execute_process(COMMAND ${command} WORKING_DIRECTORY ${work} RESULT_VARIABLE result OUTPUT_VARIABLE names ERROR_QUIET)
    if(NOT result EQUAL 0)
      list(JOIN command " " command)
      set(${reason} "this fails: ${command}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  if(names MATCHES "hidden" OR NOT names MATCHES "kept")
    set(${reason} "objcopy leaves them global" PARENT_SCOPE)
  endif()
endfunction()

if(POSTAGE_SANITIZE OR POSTAGE_BUILD_FUZZERS)
  set(POSTAGE_NOT_HIDING "sanitizers and fuzzers look at them")
elseif(CMAKE_CONFIGURATION_TYPES OR CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  set(POSTAGE_NOT_HIDING "not done for several configurations at once, nor with link-time optimisation")
else()
  postage_try_hiding(POSTAGE_NOT_HIDING)
endif()
if(POSTAGE_NOT_HIDING)
  message(STATUS "postage: static libraries keep their internal names: ${POSTAGE_NOT_HIDING}")
endif()

# postage_hide_names(OUT LIST PARTS... [BORROWS PARTS...]): the one object, of all objects of PARTS and what these need of BORROWS.
function(postage_hide_names out list)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "PARTS;BORROWS")
  list(TRANSFORM arg_PARTS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  list(TRANSFORM arg_BORROWS REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE archives)
  get_filename_component(name ${list} NAME_WE)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${POSTAGE_COMPILER} -r -nostdlib -o ${object} ${objects} ${archives}
    COMMAND ${CMAKE_OBJCOPY} --keep-global-symbols=${list} ${object}
    DEPENDS ${arg_PARTS} ${arg_BORROWS} ${list} COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(${out} ${object} PARENT_SCOPE)
endfunction()
