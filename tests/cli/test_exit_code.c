#include "exit_code.h"
#include "support/test.h"

#include <string.h>

static const enum postage_object_state states[] = { POSTAGE_OBJECT_NOT_STORED, POSTAGE_OBJECT_STORED, POSTAGE_OBJECT_UNKNOWN };

static void test_exit_code__every_outcome_has_a_code_in_every_state(void **state)
{
    (void)state;
    for (int outcome = 0; outcome < EXIT_OUTCOMES; outcome++)
        for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
            enum exit_code code = exit_code_of_result((enum postage_outcome)outcome, states[i]);
            bool success =
                states[i] == POSTAGE_OBJECT_STORED && postage_outcome_status((enum postage_outcome)outcome) == POSTAGE_OK;

            if ((code == EXIT_DONE) != success)
                fail_msg("%s, %s: %d", postage_outcome_name((enum postage_outcome)outcome),
                         postage_object_state_name(states[i]), (int)code);
        }
}

static void test_exit_code__unknown_is_said_unless_the_reason_says_more(void **state)
{
    (void)state;
    for (int outcome = 0; outcome < EXIT_OUTCOMES; outcome++) {
        enum exit_code code = exit_code_of_result((enum postage_outcome)outcome, POSTAGE_OBJECT_UNKNOWN);

        if (outcome == POSTAGE_OUTCOME_CANCELLED)
            assert_int_equal(code, EXIT_INTERRUPTED);
        else if (outcome == POSTAGE_OUTCOME_DIGEST_MISMATCH)
            assert_int_equal(code, EXIT_DIGEST);
        else
            assert_int_equal(code, EXIT_UNKNOWN);
    }
}

static void test_exit_code__every_failing_status_fails(void **state)
{
#define STATUS_NUMBER(number, name, text) (number),
    static const int all[] = { POSTAGE_STATUS_MAP(STATUS_NUMBER) };
#undef STATUS_NUMBER

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] < 0)
            assert_int_not_equal(exit_code_of_status((enum postage_status)all[i]), EXIT_DONE);
    assert_int_equal(exit_code_of_status(POSTAGE_OK), EXIT_DONE);
}

static void test_exit_code__the_worse_of_two_does_not_depend_on_their_order(void **state)
{
    static const enum exit_code order[] = { EXIT_INTERRUPTED, EXIT_UNKNOWN,     EXIT_DIGEST,  EXIT_UNVERIFIED,
                                            EXIT_INTERNAL,    EXIT_CREDENTIALS, EXIT_NETWORK, EXIT_SOURCE,
                                            EXIT_REFUSED,     EXIT_USAGE,       EXIT_DONE };

    (void)state;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        for (size_t j = i; j < sizeof order / sizeof order[0]; j++) {
            assert_int_equal(exit_code_worse(order[i], order[j]), order[i]);
            assert_int_equal(exit_code_worse(order[j], order[i]), order[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_code__every_outcome_has_a_code_in_every_state),
        cmocka_unit_test(test_exit_code__unknown_is_said_unless_the_reason_says_more),
        cmocka_unit_test(test_exit_code__every_failing_status_fails),
        cmocka_unit_test(test_exit_code__the_worse_of_two_does_not_depend_on_their_order),
    };

    return cmocka_run_group_tests_name("cli/exit_code", tests, NULL, NULL);
}
