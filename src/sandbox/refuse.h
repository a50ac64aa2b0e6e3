/* Answers that refuse. Like every answer, the first counts. All return false, for callers that return whether they go on. */
#ifndef SANDBOX_REFUSE_H
#define SANDBOX_REFUSE_H

#include "sandbox/call.h"

/* What an error says beyond code and message: elements of its XML. */
struct refusal_extra {
    const char *name;
    struct slice value;
};

/* `detail` goes into the message. */
bool refuse(struct call *call, enum refusal refusal, struct slice detail);
bool refuse_with(struct call *call, enum refusal refusal, struct slice detail, const struct refusal_extra *extras,
                 size_t count);
/* With one element; NULL: this dialect has none for it. */
bool refuse_naming(struct call *call, enum refusal refusal, struct slice detail, const char *element, struct slice value);
/* With the field that is why, and its value. */
bool refuse_argument(struct call *call, enum refusal refusal, struct slice detail, const char *name, struct slice value);

#endif
