# Debian packages by `cpack -G DEB`, one for each component of install.cmake: libpostage2, libpostage-dev, postage.
# Configure with -DCMAKE_INSTALL_PREFIX=/usr, which also chooses Debian's folders. `./dev package` does all of it.
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL runtime development tool)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian/documents.cmake)

set(CPACK_PACKAGE_NAME postage)
set(CPACK_PACKAGE_VENDOR "The postage authors")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The postage authors <maintainers@postage.invalid>")
set(CPACK_DEBIAN_PACKAGE_SOURCE postage)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0local1) # Debian's own would be newer
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS runtime)
set(CPACK_COMPONENT_TOOL_DEPENDS runtime)

# The number of the soname is in the name, so that a program of today and one of tomorrow can be installed together. The three
# libraries change it together and are built together: one package.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libpostage${POSTAGE_ABI})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_MULTIARCH same)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpostage-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_MULTIARCH same)
# What the archives need, and what the pkg-config files refer to.
set(llhttp_package libllhttp-dev)
set(http_parser_package libhttp-parser-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libssl-dev (>= 3.0), libcjson-dev, libcurl4-openssl-dev | libcurl-dev, libxml2-dev, libevent-dev, ${${POSTAGE_PARSER}_package}")
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME postage)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION net)
set(CPACK_DEBIAN_TOOL_PACKAGE_SUGGESTS "curl, python3") # for examples/demo.sh

set(about "A presigned POST form lets a browser, an app or a device upload one
object straight into AWS S3, MinIO or Aliyun OSS, under rules of the
issuer (size, type, key, expiry) and without its keys. postage issues
such forms and posts them, streaming and in constant memory.")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "${about}\n.\nThe shared libraries: core, all of it, and the sandbox for tests.")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "${about}\n.\nHeaders, static libraries, pkg-config files and the CMake package.")
set(CPACK_DEBIAN_TOOL_DESCRIPTION "${about}\n.\nThe command: sign, upload, post, check, presign, and a local sandbox.")

include(CPack)
