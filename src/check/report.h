/* What a check found, as it grows. */
#ifndef POSTAGE_CHECK_REPORT_H
#define POSTAGE_CHECK_REPORT_H

#include "base/arena.h"
#include "postage/check.h"
#include "provider/provider.h"

/* It lives in its own arena, with everything it points to. */
struct postage_report {
    struct arena arena;
    const struct postage_provider *provider;
    const char *signature;
    const char *key;
    struct postage_finding *findings;
    size_t count;
    size_t cap;
    enum postage_status status; /* ERR_NOMEM: a finding was lost, and with it the verdict */
};

struct postage_report *report_alloc(const struct postage_allocator *alloc);

/* Where a finding is, and what it is about. Texts are copied; NULL is "". */
struct report_place {
    size_t condition;
    const char *rule;
    const char *field;
    const char *seen;
    const char *wanted;
};

/* Appends a finding with the provider's answer to it. The message loses control characters. Out of memory sticks to `status`.
 */
void report_add(struct postage_report *report, enum postage_finding_id id, enum postage_effect effect,
                const struct report_place *place, const char *format, ...) POSTAGE_PRINTF(5, 6);

/* The last finding's answer, where one code is not enough for all of its kind. */
void report_answer(struct postage_report *report, int http_status, const char *code);

#endif
