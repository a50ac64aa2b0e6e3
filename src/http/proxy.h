/*
 * Which proxy a request goes through, and how. The rules are curl's (its manual page, ENVIRONMENT, and `--noproxy`), read by
 * ourselves, because libcurl does not tell what it decided, and how a request is written depends on that.
 */
#ifndef POSTAGE_HTTP_PROXY_H
#define POSTAGE_HTTP_PROXY_H

#include "base/mem.h"
#include "base/url.h"
#include "postage/status.h"

enum { PROXY_USER_MAX_BYTES = 1023 };

enum proxy_way {
    PROXY_NONE,    /* straight to the server */
    PROXY_TUNNEL,  /* libcurl makes the way to the server: CONNECT or SOCKS */
    PROXY_FORWARD, /* the proxy gets the request, with the whole URL in it (RFC 9112 3.2.2) */
};

/* The proxies that a loop knows of. Belongs to the loop; may hold passwords: clear wipes them. */
struct proxies {
    struct postage_allocator alloc;
    char *given;  /* for everything; NULL: as the environment says */
    char *http;   /* http_proxy or all_proxy; NULL: none */
    char *https;  /* https_proxy, HTTPS_PROXY or all_proxy; likewise */
    char *except; /* no_proxy, NO_PROXY; likewise */
    bool always_tunnel;
};

/* `given`: a proxy's URL, or NULL. Reads the environment if `use_environment` and nothing was given. @return OK, ERR_NOMEM. */
enum postage_status proxies_init(struct proxies *proxies, const char *given, bool use_environment, bool always_tunnel,
                                 const struct postage_allocator *alloc);
void proxies_clear(struct proxies *proxies);

struct proxy_choice {
    enum proxy_way way;
    bool secure;       /* TLS to the proxy itself: what goes through it is libcurl's to write */
    const char *url;   /* the proxy's, as libcurl wants it; NULL: none */
    struct slice user; /* "user:password" of it, percent-encoded; "" when there is none */
};

/* @return POSTAGE_OK, or ERR_INVALID for a proxy that cannot be used: the request must not go anywhere then. */
enum postage_status proxies_choose(const struct proxies *proxies, const struct url *target, struct proxy_choice *choice,
                                   struct postage_error *err);

#endif
