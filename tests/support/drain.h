/* Reading a source to whatever it ends with, `cap` bytes at a time. */
#ifndef POSTAGE_TESTS_SUPPORT_DRAIN_H
#define POSTAGE_TESTS_SUPPORT_DRAIN_H

#include "postage/source.h"
#include "support/test.h"

/* @return the first status that is not OK. The answers in between are held against the contract of source.h. */
static inline enum postage_status drain(struct postage_source *source, size_t cap, uint8_t *out, size_t room, size_t *total,
                                        struct postage_error *err)
{
    enum postage_status status;

    *total = 0;
    for (;;) {
        size_t left = room - *total, got = SIZE_MAX;

        assert_true(left > 0);
        status = source->ops->read(source->self, out + *total, cap < left ? cap : left, &got, err);
        if (status != POSTAGE_OK) {
            assert_int_equal(got, 0);
            return status;
        }
        assert_in_range(got, 1, cap);
        *total += got;
    }
}

#endif
