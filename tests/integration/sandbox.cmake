# The sandbox, driven from outside.
if(TARGET postage_sandbox)
  add_executable(sandbox_main ${PROJECT_SOURCE_DIR}/tests/support/sandbox_main.c)
  target_link_libraries(sandbox_main PRIVATE postage_sandbox postage_flags)
endif()
