/* Whether a redirect goes where a form asked for. */
#ifndef POSTAGE_UPLOAD_REDIRECT_H
#define POSTAGE_UPLOAD_REDIRECT_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Whether `location` means the same address as `asked`, both URLs or references without a host: RFC 3986 6.2.2 and 6.2.3 (case
 * of scheme and host, default port, empty path, percent-encoding of what needs none). Stores add to the query, sort it and
 * write it anew, so it is compared as a form's: each pair that was asked for is there as often, in any order; there may be
 * more. Fragments are not looked at.
 */
bool redirect_is_as_asked(struct slice asked, struct slice location);

#endif
