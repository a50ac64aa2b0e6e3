#include "multipart/layout.h"
#include "support/fake_source.h"
#include "support/test.h"

#include "postage/body.h"

static void check_head(const struct postage_field *fields, size_t count, const char *file_name, const char *type)
{
    struct fake_source fake = { .declares = 3, .gives = 3 };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body;
    size_t text_bytes =
        strlen(file_name != NULL ? file_name : LAYOUT_FILE_NAME) + strlen(type != NULL ? type : LAYOUT_FILE_TYPE);

    for (size_t i = 0; i < count; i++)
        text_bytes += strlen(fields[i].name) + strlen(fields[i].value);
    options.fields = fields;
    options.field_count = count;
    options.file_name = file_name;
    options.file_content_type = type;
    options.source = &source;
    options.boundary = "boundary";
    assert_int_equal(postage_body_new(&body, NULL), POSTAGE_OK);
    assert_ok(postage_body_open(body, &options, &err), err);
    assert_int_equal(layout_head_bytes(count, text_bytes, strlen("boundary")), postage_body_head_length(body));
    postage_body_free(body);
}

static void test_layout__counts_what_the_encoder_sends(void **state)
{
    static const struct postage_field fields[] = { { "key", "a/b" }, { "policy", "" }, { "x", "0123456789" } };

    (void)state;
    check_head(NULL, 0, NULL, NULL);
    check_head(fields, 1, NULL, "image/png");
    check_head(fields, 3, "cat.png", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout__counts_what_the_encoder_sends),
    };

    return cmocka_run_group_tests_name("multipart/layout", tests, NULL, NULL);
}
