/* The head of a request (RFC 9112 3), which is written in front of the body, and where it goes. */
#ifndef POSTAGE_HTTP_HEAD_H
#define POSTAGE_HTTP_HEAD_H

#include "http/facts.h"
#include "http/proxy.h"

/* With room to spare in the smallest scratch. */
#define HTTP_REQUEST_HEAD_MAX_BYTES 12288

enum { HEAD_ORIGIN_BYTES = 288 };

/* Of a POST with a body of known length; its texts are the options'. */
struct request_head {
    struct url url;
    struct proxy_choice proxy;
    struct slice content_type;
    uint64_t body_length;
};

/* @return POSTAGE_OK or ERR_INVALID: what can never be sent. */
enum postage_status head_init(struct request_head *head, const struct proxies *proxies,
                              const struct http_request_options *options, struct postage_error *err);

/* What names the connections that may carry it: "https://host:443" in lower case, or the proxy that forwards all alike. */
struct slice head_origin(const struct request_head *head, char key[HEAD_ORIGIN_BYTES]);

/* Writes at most HTTP_REQUEST_HEAD_MAX_BYTES. @return its length. */
size_t head_write(const struct request_head *head, char *at);

#endif
