# The examples do what their first line says.
if(POSTAGE_BUILD_EXAMPLES)
  add_executable(with_server ${PROJECT_SOURCE_DIR}/tests/support/with_server.c)
  target_link_libraries(with_server PRIVATE postage_test_support postage_flags)
  add_test(NAME example-issue_form COMMAND example-issue_form s3://my-bucket/)
  set_tests_properties(example-issue_form PROPERTIES
                       ENVIRONMENT "AWS_ACCESS_KEY_ID=AKIDEXAMPLE;AWS_SECRET_ACCESS_KEY=secret;AWS_REGION=eu-west-1"
                       PASS_REGULAR_EXPRESSION "https://my-bucket.s3.eu-west-1.amazonaws.com/.*avatars/42/")
  add_test(NAME example-issue_from_threads COMMAND example-issue_from_threads s3://my-bucket/)
  set_tests_properties(example-issue_from_threads PROPERTIES PASS_REGULAR_EXPRESSION "avatars/42/99.png"
                       ENVIRONMENT "AWS_ACCESS_KEY_ID=AKIDEXAMPLE;AWS_SECRET_ACCESS_KEY=secret;AWS_REGION=eu-west-1")
  if(TARGET example-upload_file)
    add_test(NAME example-upload_file COMMAND with_server 1 $<TARGET_FILE:example-upload_file> FORM ${PROJECT_SOURCE_DIR}/LICENSE)
    add_test(NAME example-upload_from_callback COMMAND with_server 1 $<TARGET_FILE:example-upload_from_callback> FORM)
    add_test(NAME example-watch_memory COMMAND with_server 2 $<TARGET_FILE:example-watch_memory> FORM 1 32)
  endif()
  if(TARGET example-test_upload)
    add_test(NAME example-test_upload COMMAND example-test_upload)
    set_tests_properties(example-test_upload PROPERTIES PASS_REGULAR_EXPRESSION "^\"hello\": stored \n\"hello!\": not_stored EntityTooLarge\n\"hello\": not_stored AccessDenied\n$")
  endif()
  if(TARGET example-drive_from_epoll)
    add_test(NAME example-drive_from_epoll COMMAND with_server 2 $<TARGET_FILE:example-drive_from_epoll> FORM)
  endif()
endif()
