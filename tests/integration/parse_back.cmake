# Bodies of the encoder, parsed by two readers that were not written here.
add_executable(encode_body ${PROJECT_SOURCE_DIR}/tests/support/encode_body.c)
target_link_libraries(encode_body PRIVATE postage::core postage_flags)
set(parse_back_arguments $<TARGET_FILE:encode_body> ${CMAKE_CURRENT_SOURCE_DIR}/parse_back_cases.json)
set(need ${CMAKE_CURRENT_SOURCE_DIR}/need.sh)
add_test(NAME parse-back-python
         COMMAND ${need} python3 python3 ${CMAKE_CURRENT_SOURCE_DIR}/parse_back.py ${parse_back_arguments})
add_test(NAME parse-back-go COMMAND ${need} go go run ${CMAKE_CURRENT_SOURCE_DIR}/parse_back.go ${parse_back_arguments})
set_tests_properties(parse-back-python parse-back-go PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS unit)
set_tests_properties(parse-back-go PROPERTIES ENVIRONMENT "GOTOOLCHAIN=local;GOFLAGS=;GO111MODULE=off")
