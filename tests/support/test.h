/* What every cmocka program needs, in the order cmocka asks for. */
#ifndef POSTAGE_TESTS_SUPPORT_TEST_H
#define POSTAGE_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * cmocka 2 has one for each signedness and warns of the one that cmocka 1 has. Here they are sizes, counts and times, far from
 * either end; its unsigned one converts by way of signed, of which gcc warns.
 */
#ifdef assert_int_in_range
#undef assert_in_range
#define assert_in_range(value, minimum, maximum) assert_int_in_range(value, minimum, maximum)
#endif

#include "postage/allocator.h"
#include "postage/status.h"

/* Fails with the error's message, which says more than the number. */
#define assert_ok(status, err)                                                                                                 \
    do {                                                                                                                       \
        enum postage_status assert_ok_status = (status);                                                                       \
        if (assert_ok_status != POSTAGE_OK)                                                                                    \
            fail_msg("%s: %s", postage_status_name(assert_ok_status), (err).message);                                          \
    } while (0)

/* The status, and each of the words in the message: field, value, limit. */
#define assert_refused(status, expected, err, words)                                                                           \
    do {                                                                                                                       \
        enum postage_status assert_refused_status = (status);                                                                  \
        if (assert_refused_status != (expected))                                                                               \
            fail_msg("got %s, expected %s: %s", postage_status_name(assert_refused_status), postage_status_name(expected),     \
                     (err).message);                                                                                           \
        if (strstr((err).message, (words)) == NULL)                                                                            \
            fail_msg("message \"%s\" does not say \"%s\"", (err).message, (words));                                            \
    } while (0)

/* A call whose answer is looked at elsewhere. */
static inline void ignore_status(enum postage_status status)
{
    (void)status;
}

#endif
