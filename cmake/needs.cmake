# Libraries that are looked for, and what to do without them.

# postage_need(FOUND NAME PACKAGE WITHOUT): stops with the option that does without it, unless the variable FOUND is true.
function(postage_need found name package without)
  if(NOT ${found})
    message(FATAL_ERROR "${name} was not found (in Debian: ${package}); -D${without} builds without it")
  endif()
endfunction()

find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
if(NOT POSTAGE_CORE_ONLY)
  find_package(CURL 7.88)
  postage_need(CURL_FOUND "libcurl 7.88 or newer" libcurl4-openssl-dev POSTAGE_CORE_ONLY=ON)
  find_package(LibXml2)
  postage_need(LibXml2_FOUND libxml2 libxml2-dev POSTAGE_CORE_ONLY=ON)
  find_package(Threads REQUIRED)
endif()

# What the tests need beyond that. They are left out where it is missing, and the rest is built. Fuzzers are built if asked for.
if(POSTAGE_BUILD_TESTS OR POSTAGE_BUILD_FUZZERS)
  pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
endif()
if(POSTAGE_BUILD_FUZZERS) # tests/support asserts with it
  postage_need(CMOCKA_FOUND cmocka libcmocka-dev POSTAGE_BUILD_FUZZERS=OFF)
endif()
if(POSTAGE_BUILD_TESTS)
  find_package(Python3 3.10 COMPONENTS Interpreter)
  if(NOT Python3_Interpreter_FOUND OR NOT CMOCKA_FOUND)
    message(NOTICE "The tests are left out: they need Python 3.10 and cmocka (in Debian: python3, libcmocka-dev)")
    set(POSTAGE_BUILD_TESTS OFF)
  endif()
endif()
