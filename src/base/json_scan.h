/* The grammar of RFC 8259, as a check without a result. */
#ifndef POSTAGE_BASE_JSON_SCAN_H
#define POSTAGE_BASE_JSON_SCAN_H

#include "base/slice.h"

#include <stdint.h>

struct json_scan {
    struct slice text;
    size_t at;          /* where the mistake is, after a failure */
    const char *reason; /* what it is */
    size_t max_depth;
    void *context; /* for on_number */
    /* Called with each number's text, in document order; false stops the scan. May be NULL. */
    bool (*on_number)(void *context, struct slice number);
};

/* True: one JSON value with nothing but white space around it, no deeper than max_depth. */
bool json_scan(struct json_scan *scan);

#endif
