/* The policy of a form, read once by whoever asks first. */
#include <pthread.h>

#include "form/form.h"
#include "support/forms.h"

static struct postage_form *signed_form(void)
{
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;
    struct postage_form *form;

    assert_ok(postage_policy_new(&policy, target, NULL, &err), err);
    assert_ok(postage_policy_key(policy, "photo.jpg", &err), err);
    assert_ok(postage_policy_expires_in(policy, 60, &err), err);
    form = forms_sign(policy, NULL);
    postage_policy_free(policy);
    postage_target_free(target);
    return form;
}

static void test_form_document__is_read_once(void **state)
{
    struct postage_form *form = signed_form();
    const struct policy_document *first, *second;
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_ok(form_document(form, &first, &err), err);
    assert_ok(form_document(form, &second, &err), err);
    assert_ptr_equal(first, second);
    assert_int_equal(first->expires_unix_s, FORMS_NOW + 60);
    assert_true(first->count > 2);
    postage_form_free(form);
}

static void *ask(void *argument)
{
    const struct policy_document *document = NULL;

    return form_document(argument, &document, NULL) == POSTAGE_OK ? (void *)(size_t)document : NULL;
}

static void test_form_document__threads_that_ask_at_once_get_the_same(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct postage_form *form = signed_form();
        pthread_t threads[4];
        void *answers[4];

        for (size_t i = 0; i < 4; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, ask, form), 0);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(pthread_join(threads[i], &answers[i]), 0);
        for (size_t i = 0; i < 4; i++)
            assert_ptr_equal(answers[i], answers[0]);
        assert_non_null(answers[0]);
        postage_form_free(form);
    }
}

static void test_form_document__a_policy_that_cannot_be_read_says_so_each_time(void **state)
{
    struct postage_form *form = form_alloc(NULL, 64);
    struct postage_error err = POSTAGE_ERROR_INIT;
    const struct policy_document *document;

    (void)state;
    assert_non_null(form);
    form->policy = "{";
    form->policy_len = 1;
    assert_int_equal(form_document(form, &document, &err), POSTAGE_ERR_SYNTAX);
    assert_int_equal(form_document(form, &document, &err), POSTAGE_ERR_SYNTAX);
    postage_form_free(form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_document__is_read_once),
        cmocka_unit_test(test_form_document__threads_that_ask_at_once_get_the_same),
        cmocka_unit_test(test_form_document__a_policy_that_cannot_be_read_says_so_each_time),
    };

    return cmocka_run_group_tests_name("form/document", tests, NULL, NULL);
}
