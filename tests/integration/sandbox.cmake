# The sandbox, driven from outside by scripts that have nothing of the library in them.
if(TARGET postage::sandbox)
  add_executable(sandbox_main ${PROJECT_SOURCE_DIR}/tests/support/sandbox_main.c)
  target_link_libraries(sandbox_main PRIVATE postage::sandbox postage_flags)
  add_executable(write_forms ${PROJECT_SOURCE_DIR}/tests/support/write_forms.c)
  target_link_libraries(write_forms PRIVATE postage::core postage_flags)
  foreach(script recorded rules oss connections mutual clients)
    add_test(NAME sandbox-${script} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/sandbox_${script}.py)
    set_tests_properties(sandbox-${script} PROPERTIES LABELS sandbox TIMEOUT 240 SKIP_RETURN_CODE 77 ENVIRONMENT
      "SANDBOX_MAIN=$<TARGET_FILE:sandbox_main>;WRITE_FORMS=$<TARGET_FILE:write_forms>")
  endforeach()
  if(POSTAGE_TEST_ALL)
    add_test(NAME sandbox-mutual-all COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/sandbox_mutual.py)
    set_tests_properties(sandbox-mutual-all PROPERTIES LABELS "sandbox;all" TIMEOUT 1800 ENVIRONMENT
      "SANDBOX_FORMS=5000;SANDBOX_SEED=1;SANDBOX_MAIN=$<TARGET_FILE:sandbox_main>;WRITE_FORMS=$<TARGET_FILE:write_forms>")
  endif()
endif()
