/* Whether a form sent to a URL could be read on the way. */
#ifndef POSTAGE_TOOL_URL_SAFETY_H
#define POSTAGE_TOOL_URL_SAFETY_H

#include <stdbool.h>

/* http to anything but this machine: 127.0.0.0/8, ::1, localhost and names below it (RFC 6761 6.3). */
bool url_is_exposed(const char *url);

/* Whether the authority of a URL or target holds an '@': somebody wrote keys into it. */
bool url_has_userinfo(const char *url);

#endif
