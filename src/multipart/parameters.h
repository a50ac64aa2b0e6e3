/* Header values of the shape `word; name=value; name="value"`: media types and dispositions, taken apart in place. */
#ifndef POSTAGE_MULTIPART_PARAMETERS_H
#define POSTAGE_MULTIPART_PARAMETERS_H

#include "base/slice.h"

struct parameter {
    struct slice name;
    struct slice value; /* without the quotes; escapes are still in it */
    bool quoted;
};

enum parameter_step {
    PARAMETER_FOUND,
    PARAMETER_NONE,     /* nothing is left */
    PARAMETER_MALFORMED /* what is left is not a parameter */
};

/* Takes the longest token off the front of `rest`; empty if there is none. */
struct slice parameters_take_token(struct slice *rest);

/* Takes one `; name=value` off the front of `rest`. RFC 9110 5.6.6, without its empty parameters. */
enum parameter_step parameters_take(struct slice *rest, struct parameter *out);

/* Takes `type/subtype` off the front of `rest` and gives it back whole; empty if there is none. */
struct slice parameters_take_media_type(struct slice *rest);

/* RFC 7231 3.1.1.1: `type/subtype` and parameters, in visible ASCII, spaces and tabs. */
bool parameters_are_media_type(struct slice text);

/* Undoes `\"` and `\\` in place and returns the new length. Other backslashes stay: browsers send paths with them unescaped. */
size_t parameters_unescape(char *text, size_t len);

/* Whether `text` has a control character; HTAB does not count (RFC 9110 5.5). */
bool parameters_have_control(struct slice text);

#endif
