/* The few parts of a URL that endpoints and forms are made of (RFC 3986 3). */
#ifndef POSTAGE_BASE_URL_H
#define POSTAGE_BASE_URL_H

#include "base/buf.h"
#include "base/slice.h"

/* Views into the text that was parsed. */
struct url {
    struct slice scheme; /* "http" or "https", as written */
    struct slice host;   /* without brackets, port or user */
    struct slice port;   /* "" when absent */
    struct slice path;   /* "" or "/..." */
    struct slice query;  /* after the question mark; "" when absent */
    bool https;
    bool is_ip; /* an IPv4 or IPv6 literal */
    bool is_ipv6;
};

/* NULL, or what is wrong with it: "has no host", ... User names, fragments, control characters and spaces are refused. */
const char *url_parse(struct url *url, struct slice text);

/* 1 to 63 letters, digits and hyphens, not at the ends; letters of either case. */
bool url_is_label(struct slice text);

/* Percent-encodes everything but RFC 3986's unreserved characters; `keep` lists others to leave alone ("/"). */
void url_add_encoded(struct buf *buf, struct slice text, const char *keep);

#endif
