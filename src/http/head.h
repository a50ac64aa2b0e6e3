/* The head of a request (RFC 9112 3): what is written in front of the body. */
#ifndef POSTAGE_HTTP_HEAD_H
#define POSTAGE_HTTP_HEAD_H

#include "http/proxy.h"

/* With room to spare in the smallest scratch. */
#define HTTP_REQUEST_HEAD_MAX_BYTES 12288

struct request_head {
    struct url url;
    struct proxy_choice proxy;
    struct slice content_type;
    uint64_t body_length;
};

/* Bytes that head_write needs; an upper bound. */
size_t head_room(const struct request_head *head);

/* Writes the head of a POST with a body of known length. @return its length. */
size_t head_write(const struct request_head *head, char *at);

#endif
